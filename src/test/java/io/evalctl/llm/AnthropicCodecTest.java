package io.evalctl.llm;

import static io.evalctl.llm.Published.decode;
import static io.evalctl.llm.Published.encode;
import static io.evalctl.llm.Published.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicCodecTest {

  @Test
  void sendsEverything() {
    assertThat(encode(Provider.ANTHROPIC, "claude-sonnet-4-5", Published.full(Provider.ANTHROPIC)))
        .isEqualTo(
            json(
                """
                {'model':'claude-sonnet-4-5','max_tokens':256,'messages':[
                  {'role':'user','content':[{'type':'text','text':'Weather in Oslo?'}]},
                  {'role':'assistant','content':[{'type':'thinking','thinking':'hm','signature':'sig'},
                    {'type':'text','text':'I will look.'},
                    {'type':'tool_use','id':'call_1','name':'weather','input':{'city':'Oslo'}}]},
                  {'role':'user','content':[{'type':'tool_result','tool_use_id':'call_1','content':'rain','is_error':false}]},
                  {'role':'assistant','content':[{'type':'text','text':'Rain.'}]},
                  {'role':'user','content':[{'type':'text','text':'Sure?'}]}],
                 'system':'Be brief.','temperature':0.7,'top_p':0.9,'stop_sequences':['END','STOP'],
                 'tools':[{'name':'weather','description':'The weather of a city',
                   'input_schema':{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}}]}
                """));
  }

  @Test
  void alwaysSendsALimitAndTheVersion() {
    ChatRequest bare = ChatRequest.of(List.of(ChatMessage.user("hi")), ChatOptions.DEFAULT);
    assertThat(encode(Provider.ANTHROPIC, "claude-x", bare).path("max_tokens").asInt())
        .isEqualTo(16_384);
    // Older ones refuse as much.
    assertThat(encode(Provider.ANTHROPIC, "claude-3-haiku-20240307", bare).path("max_tokens"))
        .hasToString("4096");
    assertThat(encode(Provider.ANTHROPIC, "claude-3-5-sonnet-20241022", bare).path("max_tokens"))
        .hasToString("8192");
    assertThat(encode(Provider.ANTHROPIC, "claude-3-7-sonnet-latest", bare).path("max_tokens"))
        .hasToString("16384");
    HttpCall call =
        ProviderCodec.of(Provider.ANTHROPIC).encode(Published.ENDPOINT, "claude-x", bare);
    assertThat(call.uri()).hasToString("https://api.example/v1/messages");
    assertThat(call.headers())
        .containsEntry("x-api-key", "test-key-1234")
        .containsEntry("anthropic-version", "2023-06-01")
        .doesNotContainKey("Authorization");
  }

  @ParameterizedTest
  @CsvSource({
    "claude-opus-4-7, true",
    "claude-opus-4-7-20260416, true",
    "claude-opus-4-8, true",
    "claude-opus-4.7, true",
    "claude-opus-5, true",
    "claude-opus-5-5, true",
    "claude-sonnet-5, true",
    "claude-sonnet-5-5, true",
    "claude-fable-5-1, true",
    "claude-haiku-5-5, true",
    "claude-haiku-4-6, true",
    "claude-4.7-opus, true",
    "anthropic.claude-opus-4-7-v1:0, true",
    "claude-opus-4-6, false",
    "claude-sonnet-4-6, false",
    "claude-haiku-4-5, false",
    "claude-haiku-4-5-20251001, false",
    "claude-opus-4-20250514, false",
    "claude-opus-4-1-20250805, false",
    "claude-3-7-sonnet-latest, false",
    "claude-3-5-sonnet-20241022, false",
    "claude-x, false"
  })
  void sparesModelsAbove46TheSamplingParameters(String model, boolean spared) {
    ChatOptions options = new ChatOptions(0.5, 0.9, null, List.of("x"), null);
    List<String> refused = ProviderCodec.of(Provider.ANTHROPIC).refused(model, options);
    assertThat(refused.containsAll(List.of("temperature", "top_p"))).isEqualTo(spared);
    assertThat(refused).contains("seed").doesNotContain("stop");
  }

  @Test
  void leavesOutATopPThatCutsNothingOff() {
    ProviderCodec codec = ProviderCodec.of(Provider.ANTHROPIC);
    assertThat(codec.refused("claude-x", new ChatOptions(0.7, 1.0, null, List.of(), null)))
        .contains("top_p");
    assertThat(codec.refused("claude-x", new ChatOptions(null, 1.0, null, List.of(), null)))
        .doesNotContain("top_p");
    assertThat(codec.refused("claude-x", new ChatOptions(0.7, 0.9, null, List.of(), null)))
        .doesNotContain("top_p");
  }

  @Test
  void readsAnAnswerAndCountsTheCacheAsInput() {
    DecodedReply reply =
        decode(
            Provider.ANTHROPIC,
            """
            {'id':'msg_1','type':'message','role':'assistant','model':'claude-sonnet-4-5-20250929',
             'content':[{'type':'thinking','thinking':'hm','signature':'s'},{'type':'redacted_thinking','data':'x'},
               {'type':'text','text':'Hi '},{'type':'text','text':'there'}],
             'stop_reason':'end_turn','stop_sequence':null,
             'usage':{'input_tokens':10,'cache_creation_input_tokens':200,'cache_read_input_tokens':3000,
               'output_tokens':50,'output_tokens_details':{'thinking_tokens':20}}}
            """);
    assertThat(ChatMessage.textOf(reply.content())).isEqualTo("Hi there");
    assertThat(reply.content().get(0))
        .isEqualTo(
            new ChatContent.Reasoning(
                Provider.ANTHROPIC,
                "hm",
                json("{'type':'thinking','thinking':'hm','signature':'s'}")));
    assertThat(reply.stopReason()).isEqualTo(StopReason.STOP);
    assertThat(reply.usage()).isEqualTo(Usage.reported(3210L, 3000L, 200L, 50L, 20L));
    assertThat(reply.modelVersion()).isEqualTo("claude-sonnet-4-5-20250929");
  }

  @Test
  void readsToolCalls() {
    DecodedReply reply =
        decode(
            Provider.ANTHROPIC,
            """
            {'content':[{'type':'tool_use','id':'toolu_1','name':'weather','input':{'city':'Oslo'}}],
             'stop_reason':'tool_use','usage':{'input_tokens':1,'output_tokens':2}}
            """);
    assertThat(reply.content())
        .containsExactly(
            new ChatContent.ToolCall("toolu_1", "weather", json("{'city':'Oslo'}"), null));
    assertThat(reply.stopReason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(reply.usage()).isEqualTo(Usage.reported(1L, null, null, 2L, null));
  }

  @Test
  void normalisesStopReasons() {
    assertThat(stop("max_tokens")).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(stop("model_context_window_exceeded")).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(stop("stop_sequence")).isEqualTo(StopReason.STOP_SEQUENCE);
    assertThat(stop("refusal")).isEqualTo(StopReason.REFUSAL);
    assertThat(stop("pause_turn")).isEqualTo(StopReason.OTHER);
  }

  @Test
  void anEmptyAnswerIsNotUsable() {
    assertThat(decode(Provider.ANTHROPIC, "{'content':[],'stop_reason':'refusal'}").usable())
        .isFalse();
    assertThatThrownBy(() -> decode(Provider.ANTHROPIC, "{'content':'x'}"))
        .isInstanceOf(LlmException.class);
  }

  private static StopReason stop(String reason) {
    return decode(
            Provider.ANTHROPIC,
            "{'content':[{'type':'text','text':'x'}],'stop_reason':'" + reason + "'}")
        .stopReason();
  }
}
