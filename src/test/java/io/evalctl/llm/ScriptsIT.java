package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.ManualTime;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that play from files: mock scripts and records. */
class ScriptsIT {
  @TempDir Path directory;
  private final ManualTime time = new ManualTime();

  @Test
  void aMockPlaysTheFirstReplyLeftThatFits() throws IOException {
    try (ChatModels models = models(LlmSettings.of(Map.of()))) {
      ChatModel mock =
          models.model(
              mock(
                  """
                  {'replies':[
                    {'when':'(?i)weather','text':'rain','usage':{'inputTokens':5,'cachedInputTokens':2,'outputTokens':7,'reasoningTokens':1}},
                    {'when':'weather','text':'more rain','repeat':true},
                    {'text':'','toolCalls':[{'id':'c1','name':'look','arguments':{'a':1}}]},
                    {'text':'last'}]}
                  """));
      ChatResponse first = ask(mock, "Weather?");
      assertThat(first.text()).isEqualTo("rain");
      assertThat(first.usage()).isEqualTo(Usage.reported(5L, 2L, null, 7L, 1L));
      ChatResponse tool = ask(mock, "anything");
      assertThat(tool.stopReason()).isEqualTo(StopReason.TOOL_USE);
      assertThat(tool.toolCalls())
          .containsExactly(new ChatContent.ToolCall("c1", "look", Published.json("{'a':1}"), null));
      for (int i = 0; i < 3; i++) {
        assertThat(ask(mock, "the weather").text()).isEqualTo("more rain");
      }
      ChatResponse last = ask(mock, "anything");
      assertThat(last.text()).isEqualTo("last");
      assertThat(last.usage().input().origin()).isEqualTo(TokenOrigin.ESTIMATED);
      assertThatThrownBy(() -> ask(mock, "anything"))
          .asInstanceOf(type(LlmException.class))
          .satisfies(
              e -> {
                assertThat(e.error().code()).isEqualTo(LlmErrorCode.VALIDATION_ERROR);
                assertThat(e.error().message()).startsWith("no reply is left");
              });
    }
  }

  @Test
  void aMocksErrorsAreRetriedAsAProvidersAre() throws IOException {
    try (ChatModels models = models(LlmSettings.of(Map.of()))) {
      ChatModel mock =
          models.model(
              mock(
                  """
                  {'replies':[{'error':{'status':429,'code':'rate_limit_exceeded','retryAfterMs':1500}},
                    {'text':'late','delayMs':250},
                    {'error':{'status':429,'code':'insufficient_quota'}},
                    {'error':{'code':'AUTH_ERROR'}}]}
                  """));
      ChatResponse late = ask(mock, "x");
      assertThat(late.attempts()).isEqualTo(2);
      assertThat(late.latency()).isEqualTo(Duration.ofMillis(250));
      assertThat(time.sleeps()).contains(Duration.ofMillis(1500), Duration.ofMillis(250));
      assertThat(code(mock)).isEqualTo(LlmErrorCode.QUOTA_EXCEEDED);
      assertThat(code(mock)).isEqualTo(LlmErrorCode.AUTH_ERROR);
    }
  }

  @Test
  void aMocksDelayEndsAtTheDeadline() throws IOException {
    try (ChatModels models = models(LlmSettings.of(Map.of()))) {
      ChatModel mock = models.model(mock("{'replies':[{'text':'x','delayMs':600000}]}"));
      assertThat(code(mock)).isEqualTo(LlmErrorCode.TIMEOUT);
      assertThat(time.nanoTime()).isEqualTo(Duration.ofSeconds(300).toNanos());
    }
  }

  @Test
  void anUnusableMockFileIsAClearError() throws IOException {
    try (ChatModels models = models(LlmSettings.of(Map.of()))) {
      for (String text :
          List.of(
              "",
              "{",
              "{}",
              "{'replies':{}}",
              "{'replies':[{'when':'('}]}",
              "{'replies':[{'text':'x','delayMs':1e1000000000000}]}",
              "{'replies':[{'text':'x','delayMs':1e30}]}",
              "{'replies':[{'text':'x','delayMs':-1}]}",
              "{'replies':[{'error':{'status':4294967596}}]}",
              "{'replies':[{'error':{'retryAfterMs':9223372036854775807}}]}",
              "{'replies':[{'toolCalls':[{}]}]}")) {
        ModelId id = mock(text);
        assertThatThrownBy(() -> models.model(id))
            .asInstanceOf(type(LlmException.class))
            .extracting(e -> e.error().code())
            .isEqualTo(LlmErrorCode.VALIDATION_ERROR);
      }
      assertThatThrownBy(() -> models.model(new ModelId(Provider.MOCK, "/no/such/file")))
          .asInstanceOf(type(LlmException.class))
          .extracting(e -> e.error().code())
          .isEqualTo(LlmErrorCode.NOT_FOUND);
    }
  }

  @Test
  void aRecordIsPlayedBackAsItWas() throws IOException {
    Path tape = directory.resolve("tape.jsonl");
    ChatRequest hello = request("hello");
    ChatResponse first;
    ChatResponse second;
    ChatResponse tools;
    try (ProviderServer server = new ProviderServer();
        ChatModels recording = models(settings(server.url(), tape, null))) {
      ChatModel model = recording.model(ModelId.parse("openai:gpt-4o"));
      first = model.complete(hello, deadline());
      server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO.replace("Hello", "Again")));
      second = model.complete(hello, deadline());
      server.then(ProviderServer.json(404, "{\"error\":{\"message\":\"gone\"}}"));
      assertThatThrownBy(() -> model.complete(request("fail"), deadline()))
          .isInstanceOf(LlmException.class);
      server.then(
          ProviderServer.json(
              200,
              "{\"choices\":[{\"message\":{\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}"));
      tools = model.complete(request("tools sk-secret-key"), deadline());
    }
    assertThat(Files.readString(tape)).doesNotContain("sk-secret-key");
    try (ChatModels replaying = models(new LlmSettings(Map.of(), Path.of(""), null, null, tape))) {
      ChatModel model = replaying.model(ModelId.parse("openai:gpt-4o"));
      assertThat(model.complete(hello, deadline())).isEqualTo(millis(first));
      assertThat(model.complete(request("tools sk-secret-key"), deadline()))
          .isEqualTo(millis(tools));
      assertThat(model.complete(hello, deadline())).isEqualTo(millis(second));
      assertThatThrownBy(() -> model.complete(request("fail"), deadline()))
          .asInstanceOf(type(LlmException.class))
          .satisfies(
              e -> {
                assertThat(e.error().code()).isEqualTo(LlmErrorCode.NOT_FOUND);
                assertThat(e.error().details()).isEqualTo("gone");
                assertThat(e.error().statusCode()).isEqualTo(404);
              });
      assertThatThrownBy(() -> model.complete(hello, deadline()))
          .hasMessageContaining("holds no further answer");
      assertThatThrownBy(
              () -> replaying.model(ModelId.parse("openai:gpt-4")).complete(hello, deadline()))
          .hasMessageContaining("holds no further answer");
    }
  }

  @Test
  void aRecordGoesOnAfterAKill() throws IOException {
    Path tape = directory.resolve("tape.jsonl");
    try (ProviderServer server = new ProviderServer()) {
      for (int run = 0; run < 2; run++) {
        try (ChatModels recording = models(settings(server.url(), tape, null))) {
          recording.model(ModelId.parse("openai:gpt-4o")).complete(request("r" + run), deadline());
        }
        Files.writeString(tape, "{\"key\":\"half a li", StandardOpenOption.APPEND);
      }
    }
    assertThatThrownBy(() -> Tape.read(tape)).hasMessageContaining("unusable at line 3");
    JsonLines.open(tape).close();
    assertThat(Files.readAllLines(tape)).hasSize(2);
    Tape.read(tape);
  }

  @Test
  void aRecordWithNumbersOutOfRangeIsAClearError() throws IOException {
    Path tape = directory.resolve("tape.jsonl");
    try (ProviderServer server = new ProviderServer();
        ChatModels recording = models(settings(server.url(), tape, null))) {
      ask(recording.model(ModelId.parse("openai:gpt-4o")), "x");
    }
    String good = Files.readString(tape);
    assertThat(good).contains("\"tokens\":9,", "\"attempts\":1,");
    for (String bad :
        List.of(
            good.replace("\"tokens\":9,", "\"tokens\":1e1000000000000,"),
            good.replace("\"tokens\":9,", "\"tokens\":1e30,"),
            good.replace("\"tokens\":9,", "\"tokens\":9223372036854775807,"),
            good.replace("\"attempts\":1,", "\"attempts\":4294967297,"),
            good.replace("\"latencyMs\":", "\"latencyMs\":1e99, \"x\":"))) {
      Files.writeString(tape, bad);
      try (ChatModels replaying =
          models(new LlmSettings(Map.of(), Path.of(""), null, null, tape))) {
        assertThatThrownBy(() -> ask(replaying.model(ModelId.parse("openai:gpt-4o")), "x"))
            .asInstanceOf(type(LlmException.class))
            .extracting(e -> e.error().code())
            .isEqualTo(LlmErrorCode.VALIDATION_ERROR);
      }
    }
  }

  @Test
  void aRecordThatCannotBeReadOrWrittenIsAClearError() throws IOException {
    try (ChatModels models =
        models(new LlmSettings(Map.of(), Path.of(""), null, null, directory.resolve("no")))) {
      assertThatThrownBy(() -> models.model(ModelId.parse("openai:gpt-4o")))
          .hasMessageContaining("no record");
    }
    Path notMine = directory.resolve("notes.txt");
    Files.writeString(notMine, "{}\n");
    assertThatThrownBy(() -> Tape.read(notMine)).hasMessageContaining("unusable at line 1");
    try (ChatModels models =
        models(settings("http://127.0.0.1:1", directory.resolve("no/such/dir"), null))) {
      assertThatThrownBy(() -> models.model(ModelId.parse("openai:gpt-4o")))
          .asInstanceOf(type(EvalctlException.class))
          .extracting(EvalctlException::code)
          .isEqualTo(ErrorCode.FILE_UNWRITABLE);
    }
  }

  @Test
  void twoWritersDoNotShareAFile() {
    Path file = directory.resolve("lines.jsonl");
    try (JsonLines first = JsonLines.open(file)) {
      assertThat(first.isEmpty()).isTrue();
      assertThatThrownBy(() -> JsonLines.open(file)).hasMessageContaining("another evalctl");
    }
  }

  private LlmErrorCode code(ChatModel model) {
    try {
      ask(model, "x");
      throw new AssertionError("it succeeded");
    } catch (LlmException e) {
      return e.error().code();
    }
  }

  private ChatResponse ask(ChatModel model, String text) {
    return model.complete(request(text), deadline());
  }

  private static ChatRequest request(String text) {
    return ChatRequest.of(List.of(ChatMessage.user(text)), ChatOptions.DEFAULT);
  }

  private Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(300), time);
  }

  private ChatModels models(LlmSettings settings) {
    return new ChatModels(settings, time, new Random(1), CallListener.NONE);
  }

  private static LlmSettings settings(String url, Path record, Path replay) {
    return new LlmSettings(
        Map.of("OPENAI_API_KEY", "sk-secret-key"), Path.of(""), url, record, replay);
  }

  private ModelId mock(String json) throws IOException {
    Path file = Files.createTempFile(directory, "mock", ".json");
    Files.writeString(file, json.replace('\'', '"'));
    return new ModelId(Provider.MOCK, file.toString());
  }

  /** A record keeps whole milliseconds. */
  private static ChatResponse millis(ChatResponse response) {
    return new ChatResponse(
        response.content(),
        response.stopReason(),
        response.rawStopReason(),
        response.usage(),
        response.modelVersion(),
        response.responseId(),
        Duration.ofMillis(response.latency().toMillis()),
        response.attempts(),
        response.droppedParameters());
  }
}
