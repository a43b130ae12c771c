package io.evalctl.operator.runbook;

import io.evalctl.question.Ask;
import io.evalctl.question.Question;
import java.time.Duration;
import java.util.List;

/**
 * A probe as subject.json describes it. Immutable.
 *
 * @param asks what is asked, in this order until one gets a good answer; the port of a request or a
 *     connection is HOST:PORT, a program is one command line for the shell
 * @param question what a good answer is; its own ask is the first
 * @param failures bad answers in a row until it fails
 * @param successes good answers in a row until it passes again
 */
record WatchedProbe(
    String name,
    List<Ask> asks,
    Question question,
    Duration interval,
    Duration timeout,
    int failures,
    int successes) {
  WatchedProbe {
    asks = List.copyOf(asks);
  }
}
