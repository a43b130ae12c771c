package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.ManualTime;
import io.evalctl.text.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model makes of one reply, whatever a server sends. */
class HttpChatModelTest {
  private static final ChatRequest HELLO =
      ChatRequest.of(List.of(ChatMessage.user("sky?")), ChatOptions.DEFAULT);
  private static final String JSON = "application/json";
  private static final String STREAM = "text/event-stream";

  private final ManualTime time = new ManualTime();
  private final Deque<HttpReply> replies = new ArrayDeque<>();
  private final List<HttpCall> asked = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'error':{'code':502,'message':'upstream connection"
            + " lost'},'finish_reason':'error'|SERVER_ERROR|true|: upstream connection lost",
        "'error':{'code':'503','message':'m'}|SERVER_ERROR|true|: m",
        "'error':{'code':429,'message':'m'},'finish_reason':'error'|RATE_LIMIT|true|: m",
        "'error':{'code':402,'message':'m'},'finish_reason':'error'|QUOTA_EXCEEDED|false|: m",
        "'error':{'code':400,'message':'m'},'finish_reason':'error'|VALIDATION_ERROR|false|: m",
        "'error':{'code':401,'message':'m'},'finish_reason':'error'|AUTH_ERROR|false|: m",
        "'error':{'message':'The engine is"
            + " overloaded'},'finish_reason':'stop'|RATE_LIMIT|true|overloaded",
        "'error':'lost it','finish_reason':'stop'|SERVER_ERROR|true|: lost it",
        "'error':{'error':{'code':429,'message':'deep'}}|RATE_LIMIT|true|: deep",
        "'error':{'error':'deep'}|SERVER_ERROR|true|: deep",
        "'error':{'statusCode':'429','message':'m'}|RATE_LIMIT|true|: m",
        "'error':{'code':500,'message':'m'},'finish_reason':null|SERVER_ERROR|true|: m",
        "'finish_reason':'error'|SERVER_ERROR|true|(finish reason error)",
        "'finish_reason':'network_error'|SERVER_ERROR|true|network_error",
        "'finish_reason':'insufficient_system_resource'|SERVER_ERROR|true|insufficient_system_resource",
        "'finish_reason':'server_error'|SERVER_ERROR|true|server_error",
        "'finish_reason':'abort'|SERVER_ERROR|true|abort",
        "'finish_reason':'function_call_filter:"
            + " MALFORMED_FUNCTION_CALL'|INVALID_RESPONSE|false|MALFORMED"
      })
  void halfAnAnswerIsNoSuccess(String choice, LlmErrorCode code, boolean retryable, String says) {
    for (String content : List.of("'The sky is bl'", "''", "null")) {
      String reply =
          "{'choices':[{'index':0,%s,'message':{'role':'assistant','content':%s}}],'usage':{'prompt_tokens':3,'completion_tokens':4}}"
              .formatted(choice, content);
      String chunk =
          "{'choices':[{'index':0,%s,'delta':{'content':%s}}]}".formatted(choice, content);
      for (LlmError error :
          List.of(
              failure(Provider.OPENAI_COMPATIBLE, JSON, reply),
              failure(Provider.OPENAI_COMPATIBLE, STREAM, "data: " + chunk + "\n\n"))) {
        assertThat(error.code()).as(choice).isEqualTo(code);
        assertThat(error.retryable()).isEqualTo(retryable);
        assertThat(error.statusCode()).isEqualTo(200);
        assertThat(error.message())
            .startsWith("openai-compatible broke its answer off")
            .contains(says);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'error':null,'finish_reason':'stop'",
        "'error':{},'finish_reason':'stop'",
        "'error':'','finish_reason':'stop'",
        "'finish_reason':'eos'",
        "'finish_reason':null"
      })
  void aWholeAnswerIsOne(String choice) {
    String reply = "{'choices':[{%s,'message':{'content':'Blue.'}}]}".formatted(choice);
    assertThat(ask(Provider.OPENAI_COMPATIBLE, JSON, reply).text()).isEqualTo("Blue.");
    assertThat(ask(Provider.OPENAI_COMPATIBLE, STREAM, " ".repeat(99) + reply).text())
        .isEqualTo("Blue.");
  }

  @ParameterizedTest
  @CsvSource({
    "OTHER",
    "MALFORMED_FUNCTION_CALL",
    "MALFORMED_RESPONSE",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MISSING_THOUGHT_SIGNATURE"
  })
  void googlesHalfAnswersAreNoAnswers(String reason) {
    LlmError error =
        failure(
            Provider.GOOGLE,
            JSON,
            "{'candidates':[{'content':{'parts':[{'text':'The sky is bl'}]},'finishReason':'%s','finishMessage':'why'}]}"
                .formatted(reason));
    assertThat(error.code()).isEqualTo(LlmErrorCode.INVALID_RESPONSE);
    assertThat(error.message()).contains(reason).endsWith("why");
  }

  @Test
  void aPausedTurnOfClaudeIsNoAnswer() {
    LlmError error =
        failure(
            Provider.ANTHROPIC,
            JSON,
            "{'content':[{'type':'text','text':'I will'}],'stop_reason':'pause_turn'}");
    assertThat(error.code()).isEqualTo(LlmErrorCode.INVALID_RESPONSE);
    assertThat(error.message()).contains("pause_turn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void chunksAreOneAnswer(String newline) {
    String stream =
        """
        %s: keep-alive

        event: message
        data: {'id':'c1','model':'m','choices':[{'index':0,'delta':{'role':'assistant','content':'Bl'},'finish_reason':null}]}

        : processing
        id: 7
        data: {'id':'c1','choices':[{'index':1,'delta':{'content':'no'}},{'index':0,'delta':{'content':'ue.'}}]}

        data: {'id':'c1','choices':[{'index':0,'delta':{},'finish_reason':'stop'}],'usage':null}

        data: {'id':'c1','choices':[],'usage':{'prompt_tokens':3,'completion_tokens':2,
        data: 'prompt_tokens_details':{'cached_tokens':1}}}

        data: [DONE]

        """
            .replace("%s", "\uFEFF" + "\n".repeat(200))
            .replace("\n", newline);
    for (String type : List.of(STREAM, "text/event-stream; charset=utf-8", "application/json")) {
      ChatResponse response = ask(Provider.OPENAI_COMPATIBLE, type, stream);
      assertThat(response.text()).isEqualTo("Blue.");
      assertThat(response.stopReason()).isEqualTo(StopReason.STOP);
      assertThat(response.modelVersion()).isEqualTo("m");
      assertThat(response.responseId()).isEqualTo("c1");
      assertThat(response.usage()).isEqualTo(Usage.reported(3L, 1L, null, 2L, null));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {'choices':[{'message':{'content':'Blue.'},'finish_reason':'stop'}]}\n\n",
        "data: [DONE]\n\ndata: {'choices':[{'delta':{'content':' More.'}}]}\n\n"
      })
  void whatIsSaidTwiceOrAfterTheEndIsNoPartOfTheAnswer(String last) {
    String stream =
        "data: {'choices':[{'delta':{'content':'Blue.'},'finish_reason':'stop'}]}\n\n" + last;
    assertThat(ask(Provider.OPENAI_COMPATIBLE, STREAM, stream).text()).isEqualTo("Blue.");
  }

  @Test
  void chunksWithoutBlankLinesAreOneAnswerAndKeepTheirCharacters() {
    String stream =
        "data: {'choices':[{'delta':{'content':'Bl\uFEFFü'}}]}\n"
            + "data: {'choices':[{'delta':{'content':'e \u2028 '},'finish_reason':'stop'}]}\n"
            + "data: [DONE]";
    assertThat(ask(Provider.OPENAI_COMPATIBLE, "Text/Event-Stream", stream).text())
        .isEqualTo("Bl\uFEFFüe \u2028 ");
  }

  @Test
  void chunksOfToolCallsAndThoughtsAreOneAnswer() {
    ChatResponse response =
        ask(
            Provider.DEEPSEEK,
            STREAM,
            """
            data: {'choices':[{'delta':{'reasoning_content':'h'}}]}

            data: {'choices':[{'delta':{'reasoning_content':'m'}}]}

            data: {'choices':[{'delta':{'tool_calls':[{'index':0,'id':'a','function':{'name':'weather','arguments':''}}]}}]}

            data: {'choices':[{'delta':{'tool_calls':[{'index':0,'function':{'arguments':'{\\\\'city\\\\':'}}]}}]}

            data: {'choices':[{'delta':{'tool_calls':[{'index':1,'id':'b','function':{'name':'clock','arguments':'{}'}}]}}]}

            data: {'choices':[{'delta':{'tool_calls':[{'index':0,'function':{'arguments':'\\\\'Oslo\\\\'}'}}]}}]}

            data: {'choices':[{'delta':{},'finish_reason':'tool_calls'}]}

            data: [DONE]
            """
                .replace("\\\\'", "\\\""));
    assertThat(response.stopReason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(response.content())
        .containsExactly(
            new ChatContent.Reasoning(Provider.DEEPSEEK, "hm", null),
            new ChatContent.ToolCall("a", "weather", Published.json("{'city':'Oslo'}"), null),
            new ChatContent.ToolCall("b", "clock", Json.object(), null));
  }

  @Test
  void mistralsChunksOfChunksAreOneAnswer() {
    ChatResponse response =
        ask(
            Provider.MISTRAL,
            STREAM,
            """
            data: {'choices':[{'delta':{'content':[{'type':'thinking','thinking':[{'type':'text','text':'hm'}]}]}}]}

            data: {'choices':[{'delta':{'content':'Bl'}}]}

            data: {'choices':[{'delta':{'content':'ue.'},'finish_reason':'stop'}]}

            data: [DONE]

            """);
    assertThat(response.text()).isEqualTo("Blue.");
  }

  @Test
  void claudesEventsAreOneAnswer() {
    String stream =
        """
        event: message_start
        data: {'type':'message_start','message':{'id':'msg_1','type':'message','role':'assistant','content':[],'model':'claude-x','stop_reason':null,'usage':{'input_tokens':25,'cache_read_input_tokens':5,'output_tokens':1}}}

        event: content_block_start
        data: {'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':'','signature':''}}

        event: ping
        data: {'type':'ping'}

        event: content_block_delta
        data: {'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'hm'}}

        event: content_block_delta
        data: {'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'sig'}}

        event: content_block_start
        data: {'type':'content_block_start','index':1,'content_block':{'type':'text','text':''}}

        event: content_block_delta
        data: {'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'Bl'}}

        event: content_block_delta
        data: {'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'ue.'}}

        event: content_block_start
        data: {'type':'content_block_start','index':2,'content_block':{'type':'tool_use','id':'t','name':'weather','input':{}}}

        event: content_block_delta
        data: {'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta','partial_json':'{\\"city\\":'}}

        event: content_block_delta
        data: {'type':'content_block_delta','index':2,'delta':{'type':'input_json_delta','partial_json':'\\"Oslo\\"}'}}

        event: message_delta
        data: {'type':'message_delta','delta':{'stop_reason':'tool_use','stop_sequence':null},'usage':{'output_tokens':15}}

        event: message_stop
        data: {'type':'message_stop'}

        """;
    ChatResponse response = ask(Provider.ANTHROPIC, STREAM, stream);
    assertThat(response.content())
        .containsExactly(
            new ChatContent.Reasoning(
                Provider.ANTHROPIC,
                "hm",
                Published.json("{'type':'thinking','thinking':'hm','signature':'sig'}")),
            new ChatContent.Text("Blue."),
            new ChatContent.ToolCall("t", "weather", Published.json("{'city':'Oslo'}"), null));
    assertThat(response.usage()).isEqualTo(Usage.reported(30L, 5L, null, 15L, null));
    assertThat(response.modelVersion()).isEqualTo("claude-x");
    String cut = stream.substring(0, stream.indexOf("event: message_delta"));
    assertThat(failure(Provider.ANTHROPIC, STREAM, cut).code())
        .isEqualTo(LlmErrorCode.NETWORK_ERROR);
    String lost =
        cut
            + "event: error\n"
            + "data:"
            + " {'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}\n\n";
    assertThat(failure(Provider.ANTHROPIC, STREAM, lost).code()).isEqualTo(LlmErrorCode.RATE_LIMIT);
  }

  @Test
  void googlesEventsAndArraysAreOneAnswer() {
    String first =
        "{'candidates':[{'content':{'parts':[{'text':'Bl'}],'role':'model'}}],'usageMetadata':{'promptTokenCount':3},'modelVersion':'g'}";
    String last =
        "{'candidates':[{'content':{'parts':[{'text':'ue.'}],'role':'model'},'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':2}}";
    String events = "data: " + first + "\r\n\r\ndata: " + last + "\r\n\r\n";
    for (ChatResponse response :
        List.of(
            ask(Provider.GOOGLE, STREAM, events),
            ask(Provider.GOOGLE, JSON, "[" + first + "\n,\r\n" + last + "]"))) {
      assertThat(response.text()).isEqualTo("Blue.");
      assertThat(response.stopReason()).isEqualTo(StopReason.STOP);
      assertThat(response.usage()).isEqualTo(Usage.reported(3L, null, null, 2L, null));
      assertThat(response.modelVersion()).isEqualTo("g");
    }
    assertThat(failure(Provider.GOOGLE, STREAM, "data: " + first + "\n\n").code())
        .isEqualTo(LlmErrorCode.NETWORK_ERROR);
    assertThat(
            failure(
                    Provider.GOOGLE,
                    STREAM,
                    "data: {'error':{'code':503,'status':'UNAVAILABLE','message':'m'}}\n\n")
                .code())
        .isEqualTo(LlmErrorCode.SERVER_ERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {'choices':[{'delta':{'content':'Bl'}}]}\n\n",
        "data: {'choices':[{'delta':{'content':'Bl'}}]}\n\ndata: {'choi",
        "data: {'choices':[{'delta':{'content':'Bl'}}]}\n\n: ping\n\n",
        ": OPENROUTER PROCESSING\n\n"
      })
  void aStreamThatEndsBeforeTheAnswerIsCutShort(String stream) {
    LlmError error = failure(Provider.OPENAI_COMPATIBLE, STREAM, stream);
    assertThat(error.code()).isEqualTo(LlmErrorCode.NETWORK_ERROR);
    assertThat(error.retryable()).isTrue();
    assertThat(error.message()).isEqualTo("the answer was cut short");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data:"
            + " {'error':{'code':502,'message':'lost'},'choices':[{'delta':{'content':''},'finish_reason':'error'}]}|SERVER_ERROR",
        "data: {'error':{'message':'m','code':'rate_limit_exceeded'}}|RATE_LIMIT",
        "event: error\\ndata: {'message':'The model is overloaded'}|RATE_LIMIT",
        "event: error\\ndata: gone|SERVER_ERROR",
        "data: {'error':{'message':'no code'}}|SERVER_ERROR",
        "data: {'error':{'error':{'message':'deep','code':429}}}|RATE_LIMIT",
        "error: {'code':503,'message':'m'}|SERVER_ERROR",
        "{'error':{'code':'401','message':'m'}}|AUTH_ERROR",
        "data: {'choices':[{'delta':{},'finish_reason':'error'}]}\\n\\ndata:"
            + " {'choices':[{'delta':{},'finish_reason':'stop'}]}|SERVER_ERROR"
      })
  void anErrorAmidAStreamIsAnError(String event, LlmErrorCode code) {
    String stream =
        "data: {'choices':[{'delta':{'content':'Bl'}}]}\n\n"
            + event.replace("\\n", "\n")
            + "\n\ndata: [DONE]\n\n";
    assertThat(failure(Provider.OPENAI_COMPATIBLE, STREAM, stream).code()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "This model only support stream mode, please enable the stream parameter to access the"
            + " model.",
        "parameter.enable_thinking must be set to false for non-streaming calls",
        "Stream must be set to true",
        "this endpoint only supports streaming"
      })
  void aModelThatOnlyStreamsIsAskedForAStream(String message) throws IOException {
    replies.add(reply(400, JSON, "{'error':{'message':'%s','type':'x'}}".formatted(message)));
    String stream =
        "data: {'choices':[{'delta':{'content':'Blue.'},'finish_reason':'stop'}]}\n\n"
            + "data: [DONE]\n\n";
    replies.add(reply(200, STREAM, stream));
    replies.add(reply(200, STREAM, stream));
    ChatModel model = model(Provider.OPENAI_COMPATIBLE);
    assertThat(model.complete(HELLO, deadline()).attempts()).isEqualTo(2);
    assertThat(model.complete(HELLO, deadline()).text()).isEqualTo("Blue.");
    assertThat(asked).hasSize(3);
    assertThat(Json.read(asked.get(0).body()).has("stream")).isFalse();
    for (HttpCall call : asked.subList(1, 3)) {
      assertThat(Json.read(call.body()).path("stream").asBoolean()).isTrue();
      assertThat(Json.read(call.body()).at("/stream_options/include_usage").asBoolean()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "301, https://models.example/v1/chat/completions, https://models.example/v1/chat/completions,"
        + " https://models.example/v1",
    "302, https://login.example/sso?next=%2Fv1&token=s3cret, https://login.example/sso, the API"
        + " itself",
    "302, https://user:s3cret@my_login.example:8443/log in?x={s3cret},"
        + " https://my_login.example:8443/log%20in, the API itself",
    "302, ?token=s3cret, http://127.0.0.1:8080/v1/chat/completions, http://127.0.0.1:8080/v1",
    "303, /log-in#x, http://127.0.0.1:8080/log-in, the API itself",
    "307, http://127.0.0.1:8080/v1/chat/completions/, http://127.0.0.1:8080/v1/chat/completions/,"
        + " give http://127.0.0.1:8080/v1/chat/completions/ as",
    "308, https://127.0.0.1:8080/v1/chat/completions?key=s3cret,"
        + " https://127.0.0.1:8080/v1/chat/completions, https://127.0.0.1:8080/v1"
  })
  void aRedirectIsToldAndNotFollowed(int status, String location, String shown, String hint) {
    replies.add(new HttpReply(status, Map.of("location", location), new byte[0]));
    LlmError error = failure(Provider.OPENAI_COMPATIBLE);
    assertThat(error.code()).isEqualTo(LlmErrorCode.NOT_FOUND);
    assertThat(error.retryable()).isFalse();
    assertThat(error.message())
        .isEqualTo("openai-compatible answered HTTP %d, a redirect to %s".formatted(status, shown));
    assertThat(error.details()).contains(hint, "--base-url").doesNotContain("s3cret");
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "javascript:go('s3cret')", "https://models.example/%zz"})
  void aRedirectToNowhereIsOneToo(String location) {
    replies.add(new HttpReply(302, Map.of("location", location), new byte[0]));
    LlmError error = failure(Provider.OPENAI_COMPATIBLE);
    assertThat(error.code()).isEqualTo(LlmErrorCode.NOT_FOUND);
    assertThat(error.message())
        .isEqualTo(
            "openai-compatible answered HTTP 302, a redirect to nowhere, at"
                + " http://127.0.0.1:8080/v1/chat/completions");
  }

  @Test
  void aRedirectIsRelativeToWhatWasAsked() {
    replies.add(new HttpReply(307, Map.of("location", "completions/"), new byte[0]));
    LlmError error = failure(Provider.OPENAI_COMPATIBLE);
    assertThat(error.message()).endsWith(" http://127.0.0.1:8080/v1/chat/completions/");
    assertThat(error.details()).contains("give http://127.0.0.1:8080/v1/chat/completions/ as");
  }

  @Test
  void errorsNameTheAddress() {
    replies.add(reply(404, JSON, "{'error':{'message':'no such path'}}"));
    assertThat(failure(Provider.OPENAI_COMPATIBLE).message())
        .isEqualTo(
            "openai-compatible answered HTTP 404 at http://127.0.0.1:8080/v1/chat/completions");
    assertThat(failure(Provider.GOOGLE, "text/html", "<html>hi").message())
        .startsWith(
            "the answer of http://127.0.0.1:8080/v1beta/models/m:generateContent is a web page");
    assertThat(failure(Provider.OPENAI, JSON, "hi").message())
        .startsWith("the answer of http://127.0.0.1:8080/v1/chat/completions is not JSON: ");
  }

  @Test
  void anAnswerThatIsAllThinkingSaysSo() {
    LlmError claude =
        failure(
            Provider.ANTHROPIC,
            JSON,
            "{'content':[{'type':'thinking','thinking':'','signature':'s'}],'stop_reason':'max_tokens'}");
    assertThat(claude.code()).isEqualTo(LlmErrorCode.INVALID_RESPONSE);
    assertThat(claude.message())
        .isEqualTo(
            "the model only thought and wrote no answer (finish reason max_tokens): its tokens ran"
                + " out; give it more with maxTokens");
    assertThat(
            failure(
                    Provider.OPENAI,
                    JSON,
                    "{'choices':[{'message':{'content':''},'finish_reason':'length'}],'usage':{'prompt_tokens':1,'completion_tokens':9,'completion_tokens_details':{'reasoning_tokens':9}}}")
                .message())
        .startsWith("the model only thought");
  }

  @Test
  void numbersOutOfRangeMakeAnAnswerInvalid() {
    for (String number : List.of("1e1000000000000", "1e999999999", "-1E-999999999", "1e1001")) {
      LlmError error =
          failure(
              Provider.OPENAI,
              JSON,
              "{'choices':[{'message':{'content':'Blue.'}}],'usage':{'prompt_tokens':%s}}"
                  .formatted(number));
      assertThat(error.code()).as(number).isEqualTo(LlmErrorCode.INVALID_RESPONSE);
      assertThat(error.message()).contains("a number is out of range");
    }
    // What is a number, but no count of tokens, is as good as not reported.
    for (String number : List.of("1e300", "-1", "99999999999999999999", "9223372036854775807")) {
      assertThat(
              ask(
                      Provider.ANTHROPIC,
                      JSON,
                      "{'content':[{'type':'text','text':'Blue.'}],'usage':{'input_tokens':%s,'cache_read_input_tokens':9223372036854775807,'output_tokens':%s}}"
                          .formatted(number, number))
                  .usage()
                  .output()
                  .origin())
          .as(number)
          .isEqualTo(TokenOrigin.ESTIMATED);
    }
  }

  @Test
  void nothingIsSentThatCanOnlyBeRefused() {
    HttpChatModel model = model(Provider.ANTHROPIC);
    ChatRequest hot =
        ChatRequest.of(HELLO.messages(), new ChatOptions(1.5, null, null, List.of(" "), null));
    LlmError error = failure(model, hot);
    assertThat(error.code()).isEqualTo(LlmErrorCode.VALIDATION_ERROR);
    assertThat(error.message())
        .isEqualTo(
            "temperature must be from 0 to 1 for anthropic; stop must each hold more than white"
                + " space for anthropic");
    assertThat(error.attempts()).isZero();
    assertThat(asked).isEmpty();
  }

  private ChatResponse ask(Provider provider, String type, String body) {
    replies.add(reply(200, type, body));
    return model(provider).complete(HELLO, deadline());
  }

  private LlmError failure(Provider provider, String type, String body) {
    replies.add(reply(200, type, body));
    return failure(provider);
  }

  private LlmError failure(Provider provider) {
    return failure(model(provider), HELLO);
  }

  private LlmError failure(HttpChatModel model, ChatRequest request) {
    try {
      throw new AssertionError("it answered " + model.complete(request, deadline()));
    } catch (LlmException e) {
      return e.error();
    }
  }

  private HttpChatModel model(Provider provider) {
    HttpTransport transport =
        new HttpTransport() {
          @Override
          public HttpReply send(HttpCall call, Deadline deadline) {
            asked.add(call);
            return replies.remove();
          }

          @Override
          public void close() {}
        };
    return new HttpChatModel(
        new ModelId(provider, "m"),
        new Endpoint(URI.create("http://127.0.0.1:8080"), "k"),
        transport,
        new Redactor(List.of()),
        time);
  }

  private static HttpReply reply(int status, String type, String body) {
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return new HttpReply(
        status,
        Map.of("content-type", type, "content-length", String.valueOf(bytes.length)),
        bytes);
  }

  private Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(300), time);
  }
}
