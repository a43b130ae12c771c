package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.question.Answer;
import io.evalctl.question.Question;
import io.evalctl.subject.compose.SubjectDefinition.CanaryDefinition;
import io.evalctl.subject.compose.SubjectDefinition.ReadDefinition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is known of a node's keys from its answers, key by key. */
class CanaryReadBackTest {
  @Test
  void whatANodeHasAndHasNot() {
    assertThat(read(key -> Answer.Given.http(200, key.equals("a") ? "1" : "")))
        .hasValueSatisfying(found -> assertThat(found).containsEntry("a", "1"));
    assertThat(
            read(
                key ->
                    key.equals("a")
                        ? Answer.Given.http(200, "1")
                        : Answer.Given.http(500, "no such key")))
        .contains(Map.of("a", "1"));
  }

  @Test
  void aNodeThatHasLostEverythingIsRead() {
    assertThat(read(key -> Answer.Given.http(404, ""))).contains(Map.of());
    assertThat(read(key -> Answer.Given.exit(0, "")).orElseThrow()).containsValue("");
  }

  @Test
  void aKeyWithoutAnAnswerIsAskedForAgain() {
    Map<String, Integer> asked = new HashMap<>();
    assertThat(
            read(
                key ->
                    asked.merge(key, 1, Integer::sum) == 1
                        ? new Answer.Missing("no answer")
                        : Answer.Given.http(200, key)))
        .contains(Map.of("a", "a", "b", "b"));
  }

  /** Its writes are not lost because of that: nobody knows. */
  @Test
  void aNodeThatOnlyFailsIsNot() {
    assertThat(read(key -> Answer.Given.http(503, "no leader"))).isEmpty();
    assertThat(read(key -> Answer.Given.exit(1, "LOADING"))).isEmpty();
    assertThat(read(key -> new Answer.Missing("no answer"))).isEmpty();
  }

  private static Optional<Map<String, String>> read(Function<String, Answer> node) {
    Asker asker =
        (name, ask, variables, timeout) ->
            CompletableFuture.completedFuture(node.apply(variables.get("key")));
    Question question = new Question(null, null, List.of());
    CanaryDefinition canary =
        new CanaryDefinition(
            List.of("n1"),
            false,
            false,
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            question,
            new ReadDefinition(question, null, null, ""),
            null);
    return new CanaryReadBack(canary, asker)
        .read(
            "n1", "k", List.of("a", "b"), Deadline.in(Duration.ofSeconds(5), TimeSource.system()));
  }
}
