package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.EvalctlException;
import io.evalctl.question.Answer;
import io.evalctl.question.JsonPaths;
import io.evalctl.question.Template;
import io.evalctl.subject.compose.SubjectDefinition.CanaryDefinition;
import io.evalctl.subject.compose.SubjectDefinition.ReadAllDefinition;
import io.evalctl.subject.compose.SubjectDefinition.ReadDefinition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a canary's keys back from one node. Stateless but for what it is made with. */
record CanaryReadBack(CanaryDefinition canary, Asker asker) {
  /**
   * Keys that are read at a time, where they are read one by one. Small servers keep only five
   * connections waiting, as those of Python's socketserver do, and let others hang.
   */
  private static final int AT_A_TIME = 4;

  /** How often a key is asked for that gets no answer, before the node counts as not read. */
  private static final int ATTEMPTS = 3;

  private static final int NOT_FOUND = 404;

  /**
   * Keys and values of a node; nothing when it could not be read wholly by the deadline.
   *
   * @param keys those that matter
   */
  Optional<Map<String, String>> read(
      String node, String prefix, List<String> keys, Deadline deadline) {
    return canary.readAll() == null
        ? oneByOne(node, keys, deadline)
        : atOnce(canary.readAll(), node, prefix, deadline);
  }

  private Optional<Map<String, String>> atOnce(
      ReadAllDefinition all, String node, String prefix, Deadline deadline) {
    Map<String, String> variables =
        Map.of("node", node, "prefix", prefix, "prefixEnd", endOf(prefix));
    Answer answer =
        await(
            asker.ask(node, all.question().ask(), variables, atLeast(deadline.remaining())),
            deadline);
    if (all.question().failure(answer, variables).isPresent()) {
      return Optional.empty();
    }
    Map<String, String> content = new HashMap<>();
    String body = ((Answer.Given) answer).body();
    for (JsonNode item : JsonPaths.find(body, all.items().fill(variables))) {
      content.put(
          Template.apply(all.decode(), item.path(all.key()).asText()),
          Template.apply(all.decode(), item.path(all.value()).asText()));
    }
    return Optional.of(content);
  }

  /**
   * A node that refuses every read as if it had failed has told nothing of its keys: a server that
   * is loading, or has no leader. One that has lost them all says so otherwise: with an answer that
   * is good in itself, or with 404.
   */
  private Optional<Map<String, String>> oneByOne(
      String node, List<String> keys, Deadline deadline) {
    Map<String, String> content = new HashMap<>();
    boolean told = keys.isEmpty();
    for (int from = 0; from < keys.size(); from += AT_A_TIME) {
      List<String> some = keys.subList(from, Math.min(keys.size(), from + AT_A_TIME));
      List<CompletableFuture<Answer>> answers = some.stream().map(key -> ask(node, key)).toList();
      for (int i = 0; i < some.size(); i++) {
        Answer answer = await(answers.get(i), deadline);
        for (int attempt = 2;
            attempt <= ATTEMPTS && !(answer instanceof Answer.Given) && !deadline.expired();
            attempt++) {
          answer = await(ask(node, some.get(i)), deadline);
        }
        if (!(answer instanceof Answer.Given given)) {
          return Optional.empty();
        }
        told |= given.ok() || given.status() == NOT_FOUND;
        // Among answers, any that does not hold the value says that it is not there.
        String key = some.get(i);
        valueIn(canary.read(), answer, variables(node, key))
            .ifPresent(value -> content.put(key, value));
      }
    }
    return told ? Optional.of(content) : Optional.empty();
  }

  private CompletableFuture<Answer> ask(String node, String key) {
    return asker.ask(
        node, canary.read().question().ask(), variables(node, key), atLeast(canary.timeout()));
  }

  static Map<String, String> variables(String node, String key) {
    return Map.of("node", node, "key", key, "value", CanaryLedger.value(key));
  }

  /** The value that a good answer to a read holds. */
  static Optional<String> valueIn(
      ReadDefinition read, Answer answer, Map<String, String> variables) {
    if (read.question().failure(answer, variables).isPresent()) {
      return Optional.empty();
    }
    String body = ((Answer.Given) answer).body();
    Optional<String> text =
        read.value() == null
            ? found(read.pattern(), body)
            : JsonPaths.find(body, read.value().fill(variables)).stream()
                .findFirst()
                .map(JsonNode::asText);
    return text.map(value -> Template.apply(read.decode(), value));
  }

  /** The first group of a pattern, or without one the whole answer. */
  static Optional<String> found(Pattern pattern, String body) {
    return pattern == null
        ? Optional.of(body.strip())
        : Optional.of(pattern.matcher(body)).filter(Matcher::find).map(matcher -> matcher.group(1));
  }

  /** The first text after all that begin so. */
  private static String endOf(String prefix) {
    int last = prefix.length() - 1;
    return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
  }

  private static Duration atLeast(Duration duration) {
    return duration.isZero() ? Duration.ofMillis(1) : duration;
  }

  private static Answer await(CompletableFuture<Answer> answer, Deadline deadline) {
    try {
      return answer.get(Math.max(1, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return new Answer.Missing("no answer");
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("reading the canary's keys");
    }
  }
}
