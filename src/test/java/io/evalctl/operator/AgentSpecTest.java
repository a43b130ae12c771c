package io.evalctl.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSpecTest {

  @ParameterizedTest
  @ValueSource(strings = {"none", "runbook", "external", "exec:sh agent.sh --fast 'a b'"})
  void textFormParsesBack(String text) {
    AgentSpec spec = AgentSpec.parse(text);

    assertThat(spec).hasToString(text).isEqualTo(AgentSpec.parse(" " + text + " "));
  }

  @Test
  void commandIsKeptWhole() {
    assertThat(AgentSpec.parse("exec:a: b && exec:c"))
        .isEqualTo(new AgentSpec.Exec("a: b && exec:c"));
  }

  @ParameterizedTest
  @CsvSource({
    "runbok, unknown agent 'runbok'",
    "'', unknown agent ''",
    "Runbook, unknown agent 'Runbook'",
    "exec, agent exec names no command",
    "exec:, agent exec: names no command",
    "'exec:  ', agent exec: names no command",
    "llm:gpt, agent llm:gpt: models as operators are not there yet",
  })
  void whatIsNoAgentIsAUsageErrorWithAHint(String text, String message) {
    assertThatThrownBy(() -> AgentSpec.parse(text))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> {
              assertThat(error.code()).isEqualTo(ErrorCode.USAGE);
              assertThat(error).hasMessage(message);
              assertThat(error.hint()).contains("exec:");
            });
  }

  @Test
  void onlyProgramsOfOthersAreGivenTimeToWarmUp() {
    assertThat(AgentSpec.parse("runbook").defaultWarmup()).isZero();
    assertThat(AgentSpec.parse("none").defaultWarmup()).isZero();
    assertThat(AgentSpec.parse("exec:x").defaultWarmup()).isEqualTo(Duration.ofSeconds(2));
    assertThat(AgentSpec.parse("external").defaultWarmup()).isEqualTo(Duration.ofSeconds(2));
  }
}
