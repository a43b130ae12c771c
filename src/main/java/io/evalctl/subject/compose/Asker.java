package io.evalctl.subject.compose;

import io.evalctl.question.Answer;
import io.evalctl.question.Ask;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Asks nodes. Thread-safe; never blocks its caller. */
interface Asker {
  /**
   * @param variables for the templates
   * @param timeout after which the answer is missing
   * @return completes normally, whatever happens, little later than the timeout
   */
  CompletableFuture<Answer> ask(
      String node, Ask ask, Map<String, String> variables, Duration timeout);
}
