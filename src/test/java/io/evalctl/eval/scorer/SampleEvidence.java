package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.llm.ChatModel;
import io.evalctl.text.Json;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** Evidence that a test makes up. */
record SampleEvidence(
    String text,
    JsonNode output,
    JsonNode expected,
    JsonNode input,
    boolean finished,
    String caseName,
    Path directory,
    Supplier<Connection> databases,
    Map<String, String> environment,
    ChatModel model,
    Deadline deadline)
    implements Evidence {

  static SampleEvidence ofText(String text, JsonNode expected) {
    return of(text, TextNode.valueOf(text), expected);
  }

  static SampleEvidence ofText(String text) {
    return ofText(text, MissingNode.getInstance());
  }

  static SampleEvidence ofOutput(JsonNode output, JsonNode expected) {
    return of(Json.text(output), output, expected);
  }

  private static SampleEvidence of(String text, JsonNode output, JsonNode expected) {
    return new SampleEvidence(
        text,
        output,
        expected,
        TextNode.valueOf("How many?"),
        true,
        "sample",
        Path.of("").toAbsolutePath(),
        () -> {
          throw new IllegalStateException("no database here");
        },
        Map.of(),
        null,
        Deadline.in(Duration.ofMinutes(5), TimeSource.system()));
  }

  SampleEvidence unfinished() {
    return new SampleEvidence(
        text,
        output,
        expected,
        input,
        false,
        caseName,
        directory,
        databases,
        environment,
        model,
        deadline);
  }

  SampleEvidence in(Path place, Map<String, String> variables) {
    return new SampleEvidence(
        text, output, expected, input, finished, caseName, place, databases, variables, model,
        deadline);
  }

  SampleEvidence with(Supplier<Connection> connections) {
    return new SampleEvidence(
        text,
        output,
        expected,
        input,
        finished,
        caseName,
        directory,
        connections,
        environment,
        model,
        deadline);
  }

  SampleEvidence askedOf(ChatModel judge) {
    return new SampleEvidence(
        text,
        output,
        expected,
        input,
        finished,
        caseName,
        directory,
        databases,
        environment,
        judge,
        deadline);
  }

  SampleEvidence within(Duration length) {
    return new SampleEvidence(
        text,
        output,
        expected,
        input,
        finished,
        caseName,
        directory,
        databases,
        environment,
        model,
        Deadline.in(length, TimeSource.system()));
  }

  @Override
  public Connection database() {
    return databases.get();
  }

  @Override
  public ChatModel model(String name) {
    return model;
  }
}
