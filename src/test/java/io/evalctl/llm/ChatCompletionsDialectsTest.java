package io.evalctl.llm;

import static io.evalctl.llm.Published.decode;
import static io.evalctl.llm.Published.encode;
import static io.evalctl.llm.Published.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where xAI, DeepSeek, Mistral and compatible servers differ from OpenAI. */
class ChatCompletionsDialectsTest {

  @Test
  void xaiLeavesReasoningOutOfItsCompletionTokens() {
    String answer =
        "{'choices':[{'message':{'content':'x','reasoning_content':'hm'},'finish_reason':'stop'}],'usage':%s}";
    DecodedReply apart =
        decode(
            Provider.XAI,
            answer.formatted(
                "{'prompt_tokens':37,'completion_tokens':530,'total_tokens':800,'prompt_tokens_details':{'cached_tokens':8},'completion_tokens_details':{'reasoning_tokens':233}}"));
    assertThat(apart.usage()).isEqualTo(Usage.reported(37L, 8L, null, 763L, 233L));
    assertThat(apart.content().get(0))
        .isEqualTo(new ChatContent.Reasoning(Provider.XAI, "hm", null));
    DecodedReply noTotal =
        decode(
            Provider.XAI,
            answer.formatted(
                "{'prompt_tokens':37,'completion_tokens':530,'completion_tokens_details':{'reasoning_tokens':233}}"));
    assertThat(noTotal.usage().output().tokens()).isEqualTo(763);
    DecodedReply gateway =
        decode(
            Provider.XAI,
            answer.formatted(
                "{'prompt_tokens':163,'completion_tokens':241,'total_tokens':404,'completion_tokens_details':{'reasoning_tokens':204}}"));
    assertThat(gateway.usage()).isEqualTo(Usage.reported(163L, null, null, 241L, 204L));
  }

  @Test
  void deepSeekSplitsItsInputByTheCache() {
    DecodedReply reply =
        decode(
            Provider.DEEPSEEK,
            """
            {'choices':[{'message':{'content':'Hi','reasoning_content':'hm'},'finish_reason':'stop'}],
             'usage':{'prompt_tokens':1000,'completion_tokens':50,'total_tokens':1050,'prompt_cache_hit_tokens':640,
               'prompt_cache_miss_tokens':360,'completion_tokens_details':{'reasoning_tokens':40}}}
            """);
    assertThat(reply.usage()).isEqualTo(Usage.reported(1000L, 640L, null, 50L, 40L));
    assertThat(reply.content())
        .containsExactly(
            new ChatContent.Reasoning(Provider.DEEPSEEK, "hm", null), new ChatContent.Text("Hi"));
  }

  @Test
  void deepSeekGetsItsReasoningBackBesideToolCallsOnly() {
    JsonNode body = encode(Provider.DEEPSEEK, "deepseek-chat", Published.full(Provider.DEEPSEEK));
    assertThat(body.path("messages").get(2).path("reasoning_content").asText()).isEqualTo("hm");
    assertThat(body.path("messages").get(4).has("reasoning_content")).isFalse();
    assertThat(body.path("max_tokens").asInt()).isEqualTo(256);
    assertThat(body.has("seed")).isFalse();
    assertThat(uri(Provider.DEEPSEEK)).isEqualTo("https://api.example/chat/completions");
  }

  @Test
  void mistralHasItsOwnNames() {
    JsonNode body =
        encode(Provider.MISTRAL, "mistral-small-latest", Published.full(Provider.MISTRAL));
    assertThat(body.path("random_seed").asInt()).isEqualTo(42);
    assertThat(body.path("max_tokens").asInt()).isEqualTo(256);
    assertThat(body.has("seed")).isFalse();
    assertThat(body.has("max_completion_tokens")).isFalse();
    assertThat(uri(Provider.MISTRAL)).isEqualTo("https://api.example/v1/chat/completions");
  }

  @Test
  void mistralAnswersInChunksToo() {
    DecodedReply reply =
        decode(
            Provider.MISTRAL,
            """
            {'id':'1','model':'magistral-small','choices':[{'index':0,'finish_reason':'model_length','message':{'role':'assistant',
               'tool_calls':null,'content':[{'type':'thinking','thinking':[{'type':'text','text':'hm '},{'type':'text','text':'hm'}]},
                 {'type':'text','text':'Hi '},{'type':'text','text':'there'},{'type':'reference','reference_ids':[1]}]}}],
             'usage':{'prompt_tokens':5,'completion_tokens':6,'total_tokens':11}}
            """);
    assertThat(ChatMessage.textOf(reply.content())).isEqualTo("Hi there");
    assertThat(reply.content().get(0))
        .isEqualTo(new ChatContent.Reasoning(Provider.MISTRAL, "hm hm", null));
    assertThat(reply.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(reply.usage()).isEqualTo(Usage.reported(5L, null, null, 6L, null));
  }

  @Test
  void aCompatibleServerIsAskedWithoutAKeyAndWithTheOlderLimit() {
    Endpoint open = new Endpoint(Published.ENDPOINT.base(), null);
    ChatRequest request =
        ChatRequest.of(
            List.of(ChatMessage.user("hi")), new ChatOptions(null, null, 9, List.of(), null));
    HttpCall call = ProviderCodec.of(Provider.OPENAI_COMPATIBLE).encode(open, "llama", request);
    assertThat(call.headers()).doesNotContainKey("Authorization");
    assertThat(new String(call.body(), StandardCharsets.UTF_8)).contains("\"max_tokens\":9");
  }

  @Test
  void usageThatCannotBeTrueIsUnknown() {
    DecodedReply reply =
        decode(
            Provider.OPENAI_COMPATIBLE,
            "{'choices':[{'message':{'content':'x'}}],'usage':{'prompt_tokens':5,'completion_tokens':-1,'prompt_tokens_details':{'cached_tokens':9}}}");
    assertThat(reply.usage()).isEqualTo(Usage.reported(5L, null, null, null, null));
    assertThat(
            decode(
                    Provider.OPENAI_COMPATIBLE,
                    "{'choices':[{'message':{'content':'x'}}],'usage':{'prompt_tokens':'5','completion_tokens':1e400}}")
                .usage())
        .isEqualTo(Usage.NONE);
    assertThat(json("{}").path("usage").isMissingNode()).isTrue();
  }

  private static String uri(Provider provider) {
    return ProviderCodec.of(provider)
        .encode(Published.ENDPOINT, "m", Published.full(provider))
        .uri()
        .toString();
  }

  @Test
  void groksThatReasonTakeNoStopSequences() {
    ProviderCodec codec = ProviderCodec.of(Provider.XAI);
    for (String model :
        List.of(
            "grok-4",
            "grok-4-0709",
            "grok-4.7",
            "grok-4-fast-reasoning",
            "grok-5",
            "grok-3-mini",
            "grok-code-fast-1")) {
      assertThat(codec.refused(model, ChatOptions.DEFAULT)).as(model).containsExactly("stop");
    }
    for (String model : List.of("grok-3", "grok-2-1212", "grok-4-fast-non-reasoning")) {
      assertThat(codec.refused(model, ChatOptions.DEFAULT)).as(model).isEmpty();
    }
  }
}
