package io.evalctl.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeInputParserTest {
  private static final String FULL =
      """
      {'runId':'r1','scenarioId':'s1','modelId':'openai:gpt-4o','modelVersion':null,
       'scenario':{'preamble':'Be honest.','prompt':'Why?','followups':[{'label':'why','prompt':'And why?'},{'prompt':'Sure?'}]},
       'config':{'temperature':0.7,'maxTokens':1024,'maxTurns':10},
       'modelConfig':{'topP':1,'stopSequences':['END']},'modelCost':{'costInputPerMillion':2.5,'costOutputPerMillion':10}}
      """;
  private static final String LEAST =
      "{'runId':'r1','scenarioId':'s1','modelId':'gpt-4o','scenario':{'prompt':'Why?'}}";

  @Test
  void readsEverything() {
    ProbeInput input = valid(FULL);
    assertThat(input.runId()).isEqualTo("r1");
    assertThat(input.scenarioId()).isEqualTo("s1");
    assertThat(input.model()).isEqualTo(ModelId.parse("openai:gpt-4o"));
    assertThat(input.modelVersion()).isNull();
    assertThat(input.options()).isEqualTo(new ChatOptions(0.7, 1.0, 1024, List.of("END"), null));
    assertThat(input.turns())
        .containsExactly(
            new ProbeInput.Followup("scenario_prompt", "Be honest.\n\nWhy?"),
            new ProbeInput.Followup("why", "And why?"),
            new ProbeInput.Followup("followup_2", "Sure?"));
    assertThat(input.price().input()).isEqualByComparingTo("2.5");
    assertThat(input.price().output()).isEqualByComparingTo("10");
    assertThat(input.definition().path("prompt").asText()).isEqualTo("Why?");
    assertThat(input.warnings()).isEmpty();
  }

  @Test
  void needsLittle() {
    ProbeInput input = valid(LEAST);
    assertThat(input.options()).isEqualTo(ChatOptions.DEFAULT);
    assertThat(input.turns()).containsExactly(new ProbeInput.Followup("scenario_prompt", "Why?"));
    assertThat(input.price()).isNull();
    assertThat(
            valid(
                    "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','modelVersion':null,'scenario':{'preamble':null,'prompt':'x','followups':null},'config':null,'modelConfig':null,'modelCost':null}")
                .turns())
        .hasSize(1);
  }

  @Test
  void takesNoMoreTurnsThanAllowed() {
    assertThat(valid(FULL.replace("'maxTurns':10", "'maxTurns':2")).turns()).hasSize(2);
    assertThat(valid(FULL.replace("'maxTurns':10", "'maxTurns':1")).turns()).hasSize(1);
    assertThat(valid(FULL.replace("'maxTurns':10", "'maxTurns':3")).turns()).hasSize(3);
  }

  @Test
  void theFlagOverridesTheModel() {
    String noModel = LEAST.replace("'modelId':'gpt-4o',", "");
    ParsedInput parsed = new ProbeInputParser("mock:x.json").parse(bytes(noModel));
    assertThat(((ParsedInput.Valid) parsed).input().model())
        .isEqualTo(ModelId.parse("mock:x.json"));
    parsed = new ProbeInputParser("mock:x.json").parse(bytes(LEAST));
    assertThat(((ParsedInput.Valid) parsed).input().model())
        .isEqualTo(ModelId.parse("mock:x.json"));
  }

  @Test
  void listsEveryErrorAtOnce() {
    LlmError error =
        invalid(
            """
            {'runId':'','scenarioId':7,'modelId':'nobody:x','modelVersion':1,
             'scenario':{'preamble':[],'prompt':' ','followups':[{'prompt':''},{},'x',{'label':1,'prompt':'y'}]},
             'config':{'temperature':3,'maxTokens':0,'maxTurns':1.5},
             'modelConfig':{'topP':'1','stopSequences':['',2]},'modelCost':{'costInputPerMillion':-1,'costOutputPerMillion':'x'}}
            """);
    assertThat(error.code()).isEqualTo(LlmErrorCode.VALIDATION_ERROR);
    assertThat(error.retryable()).isFalse();
    assertThat(error.message()).isEqualTo("18 errors in the input");
    assertThat(error.details().lines())
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactlyInAnyOrder(
            "runId",
            "scenarioId",
            "modelId",
            "modelVersion",
            "scenario.preamble",
            "scenario.prompt",
            "scenario.followups[0].prompt",
            "scenario.followups[1].prompt",
            "scenario.followups[2]",
            "scenario.followups[3].label",
            "config.temperature",
            "config.maxTokens",
            "config.maxTurns",
            "modelConfig.topP",
            "modelConfig.stopSequences[0]",
            "modelConfig.stopSequences[1]",
            "modelCost.costInputPerMillion",
            "modelCost.costOutputPerMillion");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|runId,scenarioId,modelId,scenario",
        "{'runId':null,'scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'}}|runId",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':'x'}|scenario",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{}}|scenario.prompt",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x','followups':{}}}|scenario.followups",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':[]}|config",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'modelCost':[]}|modelCost",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'a\\ud800b'}}|scenario.prompt",
        "{'runId':'\\udc00','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'}}|runId",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'temperature':1e999}}|config.temperature",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'temperature':1e-999999}}|config.temperature",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'temperature':1e1000000000000}}|config.temperature",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'temperature':-1E-1000000000000}}|config.temperature",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'maxTurns':1e2147483648}}|config.maxTurns",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'modelConfig':{'seed':1e1000000000000}}|modelConfig.seed",
        "{'runId':'r','scenarioId':'s','modelId':'claude-opus-4-1','scenario':{'prompt':'x'},'config':{'temperature':1.5}}|config.temperature",
        "{'runId':'r','scenarioId':'s','modelId':'mistral-small-2506','scenario':{'prompt':'x'},'modelConfig':{'seed':-1}}|modelConfig.seed",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'modelConfig':{'stopSequences':['a','b','c','d','e']}}|modelConfig.stopSequences",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'temperature':-0.1}}|config.temperature",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'temperature':'NaN'}}|config.temperature",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'maxTokens':99999999999}}|config.maxTokens",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'config':{'maxTokens':true}}|config.maxTokens",
        "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','scenario':{'prompt':'x'},'modelCost':{'costInputPerMillion':1e999999999,'costOutputPerMillion':1}}|modelCost.costInputPerMillion"
      })
  void namesWhatIsWrong(String json, String paths) {
    LlmError error = invalid(json);
    for (String path : paths.split(",")) {
      assertThat(error.details()).contains(path + ": ");
    }
    assertThat(error.details().lines()).hasSameSizeAs(paths.split(","));
    assertThat(error.message()).doesNotContain("\uD800");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{'runId':",
        "[]",
        "null",
        "7",
        "'text'",
        "{} {}",
        "{'config':{'temperature':NaN}}",
        "{'config':{'temperature':Infinity}}",
        "{'runId':'a','runId':'b'}",
        "{'a':1,}",
        "{a:1}"
      })
  void refusesWhatIsNoJsonObject(String json) {
    assertThat(invalid(json).code()).isEqualTo(LlmErrorCode.VALIDATION_ERROR);
  }

  @Test
  void refusesEmptyAndDeepAndBrokenInput() {
    assertThat(invalid("").message()).isEqualTo("the input is empty");
    assertThat(invalid(" \n ").message()).isEqualTo("the input is empty");
    assertThat(invalid("[".repeat(200_000)).message()).contains("depth");
    assertThat(invalid("{'a':".repeat(1000) + "1" + "}".repeat(1000)).message()).contains("depth");
    ParsedInput notUtf8 =
        new ProbeInputParser(null).parse(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    assertThat(((ParsedInput.Invalid) notUtf8).error().message()).contains("UTF-8");
  }

  @Test
  void anUnknownProviderHasItsOwnCode() {
    LlmError error = invalid(LEAST.replace("gpt-4o", "nobody:x"));
    assertThat(error.code()).isEqualTo(LlmErrorCode.UNSUPPORTED_PROVIDER);
    assertThat(error.message()).contains("nobody:x");
  }

  @Test
  void keepsTheIdsOfAnInvalidInput() {
    ParsedInput parsed =
        new ProbeInputParser(null).parse(bytes("{'runId':'r9','scenarioId':'s9'}"));
    assertThat(parsed).isInstanceOf(ParsedInput.Invalid.class);
    assertThat(((ParsedInput.Invalid) parsed).runId()).isEqualTo("r9");
    assertThat(((ParsedInput.Invalid) parsed).scenarioId()).isEqualTo("s9");
  }

  @Test
  void warnsOfFieldsItDoesNotKnow() {
    ProbeInput input =
        valid(
            "{'runId':'r','scenarioId':'s','modelId':'gpt-4o','extra':1,'scenario':{'prompt':'x','folowups':[]},'config':{'temprature':1}}");
    assertThat(input.warnings())
        .containsExactly(
            "the input's field 'extra' is not known and was ignored",
            "the input's field 'scenario.folowups' is not known and was ignored",
            "the input's field 'config.temprature' is not known and was ignored");
  }

  private static ProbeInput valid(String json) {
    ParsedInput parsed = new ProbeInputParser(null).parse(bytes(json));
    assertThat(parsed).isInstanceOf(ParsedInput.Valid.class);
    return ((ParsedInput.Valid) parsed).input();
  }

  private static LlmError invalid(String json) {
    ParsedInput parsed = new ProbeInputParser(null).parse(bytes(json));
    assertThat(parsed).isInstanceOf(ParsedInput.Invalid.class);
    return ((ParsedInput.Invalid) parsed).error();
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
