package io.evalctl.rlm;

import static io.evalctl.rlm.FakeSandbox.calls;
import static io.evalctl.rlm.FakeSandbox.ends;
import static io.evalctl.rlm.FakeSandbox.prints;
import static io.evalctl.rlm.RlmQueries.SECRET;
import static io.evalctl.rlm.RlmQueries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceIT {
  @TempDir Path directory;
  private final RlmQueries queries = new RlmQueries();

  @Test
  void holdsEveryStepInOrderWithoutSecrets() throws IOException {
    queries.root.writes("a", "b").says("```repl\nc\n```\nthe key is " + SECRET);
    queries.sub.says("It is " + SECRET);
    // the cut of the excerpt falls into the key
    String content = "x".repeat(990) + SECRET + "y".repeat(5000);
    queries.sandbox.on("a", calls("llm_query", "what?", content));
    queries.sandbox.on("b", calls("llm_query", "")).on("c", ends(text("\"never was there\"")));
    Path file = directory.resolve("runs/1/trace.jsonl");

    queries.ask(RlmQuery.of("How many?", List.of("doc", "two")), file);

    List<JsonNode> lines = lines(file);
    assertThat(lines)
        .extracting(line -> line.path("type").asText())
        .containsExactly(
            "header",
            "code_generated",
            "subcall_request",
            "subcall_response",
            "code_output",
            "error",
            "code_output",
            "code_generated",
            "code_output",
            "final_answer",
            "verification",
            "summary");
    assertThat(lines).extracting(line -> line.path("step").asInt()).doesNotHaveDuplicates();
    String all = Files.readString(file);
    assertThat(all).doesNotContain(SECRET, "sk-do-not").contains("[redacted]");
    assertThat(lines.get(0).path("documentCharacters").toString()).isEqualTo("[3,3]");
    assertThat(lines.get(1).path("usage").path("input").toString())
        .isEqualTo("{\"tokens\":100,\"origin\":\"reported\"}");
    assertThat(lines.get(2).path("content").path("characters").asInt()).isEqualTo(content.length());
    assertThat(lines.get(10).path("verified").asInt()).isZero();
    assertThat(lines.get(10).path("citations").get(0).path("document").isNull()).isTrue();
    assertThat(lines.get(11).path("status").asText()).isEqualTo("finished");
    assertThat(lines.get(11).path("costUsd").isNull()).isTrue();
  }

  @Test
  void everyStepIsThereWhenTheNextOneBegins() throws IOException {
    Path file = directory.resolve("trace.jsonl");
    List<Integer> seen = new ArrayList<>();
    queries.root.writes("a");
    queries.root.answers(
        (request, deadline) -> {
          seen.add(lines(file).size());
          return ScriptedModel.response("```repl\nb\n```");
        });
    queries.sandbox.on("a", prints("1")).on("b", ends(text("x")));
    queries.ask(RlmQuery.of("q", List.of()), file);
    assertThat(seen).containsExactly(3);
  }

  @Test
  void isCompleteWhenTheQueryIsInterrupted() {
    Path file = directory.resolve("trace.jsonl");
    queries.root.answers(
        (request, deadline) -> {
          throw EvalctlException.interrupted("asking");
        });
    assertThatThrownBy(() -> queries.ask(RlmQuery.of("q", List.of()), file))
        .isInstanceOf(EvalctlException.class);
    List<JsonNode> lines = lines(file);
    assertThat(lines)
        .extracting(line -> line.path("type").asText())
        .containsExactly("header", "error", "summary");
    assertThat(lines.get(2).path("code").asText()).isEqualTo("INTERRUPTED");
  }

  @Test
  void aTraceThatCannotBeWrittenIsAnErrorBeforeAnythingIsPaid() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x").resolve("trace.jsonl");
    assertThatThrownBy(() -> queries.ask(RlmQuery.of("q", List.of()), file))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNWRITABLE));
    assertThat(queries.sandbox.opened).isZero();
  }

  private static List<JsonNode> lines(Path file) {
    try {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        lines.add(Json.read(line));
      }
      return lines;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
