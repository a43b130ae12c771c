package io.evalctl.llm;

import static io.evalctl.llm.Published.decode;
import static io.evalctl.llm.Published.encode;
import static io.evalctl.llm.Published.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiCodecTest {

  @Test
  void sendsEverything() {
    assertThat(encode(Provider.OPENAI, "gpt-4o", Published.full(Provider.OPENAI)))
        .isEqualTo(
            json(
                """
                {'model':'gpt-4o','messages':[
                  {'role':'system','content':'Be brief.'},
                  {'role':'user','content':'Weather in Oslo?'},
                  {'role':'assistant','content':'I will look.','tool_calls':[{'id':'call_1','type':'function',
                    'function':{'name':'weather','arguments':ARGUMENTS}}]},
                  {'role':'tool','tool_call_id':'call_1','content':'rain'},
                  {'role':'assistant','content':'Rain.'},
                  {'role':'user','content':'Sure?'}],
                 'temperature':0.7,'top_p':0.9,'max_completion_tokens':256,'stop':['END','STOP'],'seed':42,
                 'tools':[{'type':'function','function':{'name':'weather','description':'The weather of a city',
                   'parameters':{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}}}]}
                """
                    .replace("ARGUMENTS", "\"{\\\"city\\\":\\\"Oslo\\\"}\"")));
  }

  @Test
  void sendsNothingThatIsNotGiven() {
    ChatRequest bare = ChatRequest.of(List.of(ChatMessage.user("hi")), ChatOptions.DEFAULT);
    assertThat(encode(Provider.OPENAI, "gpt-4o", bare))
        .isEqualTo(json("{'model':'gpt-4o','messages':[{'role':'user','content':'hi'}]}"));
  }

  @Test
  void sparesReasoningModelsTheSamplingParameters() {
    ChatOptions options = new ChatOptions(0.5, 0.5, 10, List.of("x"), 1L);
    ProviderCodec codec = ProviderCodec.of(Provider.OPENAI);
    for (String model :
        List.of(
            "o1",
            "o3-mini",
            "o4-mini-2025-04-16",
            "ft:o4-mini-2025-04-16:acme::id",
            "gpt-5",
            "gpt-5-mini",
            "gpt-5-2025-08-07")) {
      assertThat(codec.refused(model, options)).contains("temperature", "top_p", "stop");
    }
    for (String model :
        List.of(
            "gpt-5.1",
            "gpt-5.1-2025-11-13",
            "gpt-5.2-chat-latest",
            "gpt-5.5",
            "gpt-6",
            "gpt-6.1-sol")) {
      assertThat(codec.refused(model, options)).containsExactly("temperature", "top_p");
    }
    for (String model :
        List.of("gpt-4o", "gpt-4.1", "gpt-4-0613", "gpt-35-turbo", "gpt-5-chat-latest", "o17")) {
      assertThat(codec.refused(model, options)).isEmpty();
    }
  }

  @Test
  void callsWithABearer() {
    HttpCall call =
        ProviderCodec.of(Provider.OPENAI)
            .encode(Published.ENDPOINT, "gpt-4o", Published.full(Provider.OPENAI));
    assertThat(call.uri()).hasToString("https://api.example/v1/chat/completions");
    assertThat(call.headers()).containsEntry("Authorization", "Bearer test-key-1234");
    assertThat(call.toString()).doesNotContain("test-key-1234");
  }

  @Test
  void readsAnAnswer() {
    DecodedReply reply =
        decode(
            Provider.OPENAI,
            """
            {'id':'chatcmpl-1','object':'chat.completion','created':1,'model':'gpt-4o-2024-08-06',
             'choices':[{'index':0,'message':{'role':'assistant','content':'Hello!','refusal':null,'annotations':[]},
               'logprobs':null,'finish_reason':'stop'}],
             'usage':{'prompt_tokens':19,'completion_tokens':10,'total_tokens':29,
               'prompt_tokens_details':{'cached_tokens':7,'audio_tokens':0},
               'completion_tokens_details':{'reasoning_tokens':4,'audio_tokens':0}},
             'service_tier':'default','system_fingerprint':null}
            """);
    assertThat(reply.content()).containsExactly(new ChatContent.Text("Hello!"));
    assertThat(reply.stopReason()).isEqualTo(StopReason.STOP);
    assertThat(reply.modelVersion()).isEqualTo("gpt-4o-2024-08-06");
    assertThat(reply.responseId()).isEqualTo("chatcmpl-1");
    assertThat(reply.usage()).isEqualTo(Usage.reported(19L, 7L, null, 10L, 4L));
  }

  @Test
  void readsARefusal() {
    DecodedReply reply =
        decode(
            Provider.OPENAI,
            "{'choices':[{'message':{'content':null,'refusal':'I"
                + " cannot.'},'finish_reason':'stop'}]}");
    assertThat(reply.content()).containsExactly(new ChatContent.Text("I cannot."));
    assertThat(reply.stopReason()).isEqualTo(StopReason.REFUSAL);
    assertThat(reply.rawStopReason()).isEqualTo("stop");
  }

  @Test
  void readsToolCalls() {
    DecodedReply reply =
        decode(
            Provider.OPENAI,
            """
            {'choices':[{'message':{'content':null,'tool_calls':[
               {'id':'call_9','type':'function','function':{'name':'weather','arguments':ARGUMENTS}},
               {'id':'call_8','type':'function','function':{'name':'clock','arguments':''}},
               {'id':'call_7','type':'function','function':{'name':'bad','arguments':'{city'}}]},
               'finish_reason':'tool_calls'}]}
            """
                .replace("ARGUMENTS", "\"{\\\"city\\\":\\\"Oslo\\\"}\""));
    assertThat(reply.content())
        .containsExactly(
            new ChatContent.ToolCall("call_9", "weather", json("{'city':'Oslo'}"), null),
            new ChatContent.ToolCall("call_8", "clock", Json.object(), null),
            new ChatContent.ToolCall("call_7", "bad", json("'{city'"), null));
    assertThat(reply.stopReason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(reply.usable()).isTrue();
  }

  @Test
  void normalisesFinishReasons() {
    assertThat(stop("'length'")).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(stop("'content_filter'")).isEqualTo(StopReason.CONTENT_FILTER);
    assertThat(stop("'function_call'")).isEqualTo(StopReason.TOOL_USE);
    assertThat(stop("'insufficient_system_resource'")).isEqualTo(StopReason.OTHER);
    assertThat(stop("null")).isEqualTo(StopReason.OTHER);
  }

  @Test
  void refusesAnAnswerOfAnotherForm() {
    for (String body : List.of("{}", "{'choices':[]}", "{'choices':[{}]}", "{'choices':7}")) {
      assertThatThrownBy(() -> decode(Provider.OPENAI, body)).isInstanceOf(LlmException.class);
    }
  }

  @Test
  void anEmptyAnswerIsNotUsable() {
    for (String content : List.of("null", "''", "' \\n'", "[]", "7")) {
      assertThat(
              decode(Provider.OPENAI, "{'choices':[{'message':{'content':" + content + "}}]}")
                  .usable())
          .isFalse();
    }
  }

  private static StopReason stop(String reason) {
    return decode(
            Provider.OPENAI,
            "{'choices':[{'message':{'content':'x'},'finish_reason':" + reason + "}]}")
        .stopReason();
  }

  @Test
  void countsWhatIsWrittenToTheCache() {
    assertThat(
            decode(
                    Provider.OPENAI,
                    "{'choices':[{'message':{'content':'x'}}],'usage':{'prompt_tokens':100,'completion_tokens':1,'prompt_tokens_details':{'cached_tokens':10,'cache_write_tokens':80}}}")
                .usage())
        .isEqualTo(Usage.reported(100L, 10L, 80L, 1L, null));
  }
}
