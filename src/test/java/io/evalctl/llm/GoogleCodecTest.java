package io.evalctl.llm;

import static io.evalctl.llm.Published.decode;
import static io.evalctl.llm.Published.encode;
import static io.evalctl.llm.Published.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoogleCodecTest {

  @Test
  void sendsEverything() {
    assertThat(encode(Provider.GOOGLE, "gemini-2.5-flash", Published.full(Provider.GOOGLE)))
        .isEqualTo(
            json(
                """
                {'contents':[
                  {'role':'user','parts':[{'text':'Weather in Oslo?'}]},
                  {'role':'model','parts':[{'text':'I will look.'},
                    {'functionCall':{'id':'call_1','name':'weather','args':{'city':'Oslo'}},'thoughtSignature':'mark'}]},
                  {'role':'user','parts':[{'functionResponse':{'id':'call_1','name':'weather','response':{'output':'rain'}}}]},
                  {'role':'model','parts':[{'text':'Rain.'}]},
                  {'role':'user','parts':[{'text':'Sure?'}]}],
                 'systemInstruction':{'parts':[{'text':'Be brief.'}]},
                 'generationConfig':{'temperature':0.7,'topP':0.9,'maxOutputTokens':256,'stopSequences':['END','STOP'],'seed':42},
                 'tools':[{'functionDeclarations':[{'name':'weather','description':'The weather of a city',
                   'parametersJsonSchema':{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}}]}]}
                """));
  }

  @Test
  void putsTheKeyIntoAHeaderAndTheModelIntoThePath() {
    ChatRequest bare = ChatRequest.of(List.of(ChatMessage.user("hi")), ChatOptions.DEFAULT);
    ProviderCodec codec = ProviderCodec.of(Provider.GOOGLE);
    HttpCall call = codec.encode(Published.ENDPOINT, "gemini-2.5-flash", bare);
    assertThat(call.uri())
        .hasToString("https://api.example/v1beta/models/gemini-2.5-flash:generateContent");
    assertThat(call.headers()).containsEntry("x-goog-api-key", "test-key-1234");
    assertThat(codec.encode(Published.ENDPOINT, "../x?y z", bare).uri())
        .hasToString("https://api.example/v1beta/models/..%2Fx%3Fy%20z:generateContent");
    assertThat(encode(Provider.GOOGLE, "gemini-x", bare))
        .isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}"));
  }

  @Test
  void readsAnAnswerAndCountsThoughtsAsOutput() {
    DecodedReply reply =
        decode(
            Provider.GOOGLE,
            """
            {'candidates':[{'content':{'parts':[{'text':'let me see','thought':true},{'text':'Hi'}],'role':'model'},
               'finishReason':'STOP','index':0}],
             'usageMetadata':{'promptTokenCount':100,'cachedContentTokenCount':60,'candidatesTokenCount':7,
               'thoughtsTokenCount':30,'totalTokenCount':137},
             'modelVersion':'gemini-2.5-flash','responseId':'r1'}
            """);
    assertThat(ChatMessage.textOf(reply.content())).isEqualTo("Hi");
    assertThat(reply.stopReason()).isEqualTo(StopReason.STOP);
    assertThat(reply.usage()).isEqualTo(Usage.reported(100L, 60L, null, 37L, 30L));
    assertThat(reply.modelVersion()).isEqualTo("gemini-2.5-flash");
    assertThat(reply.responseId()).isEqualTo("r1");
  }

  @Test
  void aBlockedPromptSaysWhy() {
    DecodedReply reply =
        decode(
            Provider.GOOGLE,
            "{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT'},'usageMetadata':{'promptTokenCount':5}}");
    assertThat(reply.usable()).isFalse();
    assertThat(reply.problem()).isEqualTo("the prompt was blocked: PROHIBITED_CONTENT");
  }

  @Test
  void toleratesAbsentParts() {
    DecodedReply reply =
        decode(
            Provider.GOOGLE,
            "{'candidates':[{'content':{'role':'model'},'finishReason':'MAX_TOKENS'}],'usageMetadata':{'promptTokenCount':5,'thoughtsTokenCount':9}}");
    assertThat(reply.usable()).isFalse();
    assertThat(reply.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(reply.usage()).isEqualTo(Usage.reported(5L, null, null, 9L, 9L));
    assertThat(decode(Provider.GOOGLE, "{'candidates':[{'finishReason':'SAFETY'}]}").stopReason())
        .isEqualTo(StopReason.CONTENT_FILTER);
  }

  @Test
  void readsToolCallsAndDoesNotSendTheirMadeUpIds() {
    DecodedReply reply =
        decode(
            Provider.GOOGLE,
            """
            {'candidates':[{'content':{'parts':[
               {'functionCall':{'name':'weather','args':{'city':'Oslo'}},'thoughtSignature':'s'},
               {'functionCall':{'id':'f1','name':'clock'}}]},'finishReason':'STOP'}]}
            """);
    assertThat(reply.stopReason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(reply.content())
        .containsExactly(
            new ChatContent.ToolCall("#0", "weather", json("{'city':'Oslo'}"), "s"),
            new ChatContent.ToolCall("f1", "clock", Json.object(), null));
    ChatRequest next =
        ChatRequest.of(
            List.of(
                ChatMessage.user("?"),
                ChatMessage.assistant(reply.content()),
                ChatMessage.toolResults(
                    List.of(new ChatContent.ToolResult("#0", "weather", "no", true)))),
            ChatOptions.DEFAULT);
    assertThat(encode(Provider.GOOGLE, "gemini-x", next).path("contents").get(2))
        .isEqualTo(
            json(
                "{'role':'user','parts':[{'functionResponse':{'name':'weather','response':{'error':'no'}}}]}"));
  }

  @Test
  void countsWhatGooglesToolsReadAsInput() {
    assertThat(
            decode(
                    Provider.GOOGLE,
                    "{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':5,'toolUsePromptTokenCount':70,'cachedContentTokenCount':2,'candidatesTokenCount':1}}")
                .usage())
        .isEqualTo(Usage.reported(75L, 2L, null, 1L, null));
  }

  @Test
  void asksForTunedModelsWhereTheyAre() {
    ChatRequest bare = ChatRequest.of(List.of(ChatMessage.user("hi")), ChatOptions.DEFAULT);
    ProviderCodec codec = ProviderCodec.of(Provider.GOOGLE);
    assertThat(codec.encode(Published.ENDPOINT, "tunedModels/mine-1", bare).uri())
        .hasToString("https://api.example/v1beta/tunedModels/mine-1:generateContent");
    assertThat(codec.encode(Published.ENDPOINT, "a/../b", bare).uri())
        .hasToString("https://api.example/v1beta/models/a%2F..%2Fb:generateContent");
  }

  @Test
  void refusesAnAnswerOfAnotherForm() {
    assertThatThrownBy(() -> decode(Provider.GOOGLE, "{'candidates':[]}"))
        .isInstanceOf(LlmException.class);
  }
}
