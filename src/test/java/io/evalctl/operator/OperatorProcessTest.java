package io.evalctl.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorProcessTest {

  @Test
  void theEnvironmentHasNoOptionOfEvalctlButWhatTheOperatorIsTold() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of("PATH", "/bin", "EVALCTL_DB", "mine.db", "EVALCTL_RUN_SUBJECT_HOME", "outer's"));

    OperatorProcess.prepare(environment, Map.of(OperatorVariables.DATABASE, "/o.db"), "token");

    assertThat(environment)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "PATH",
                "/bin",
                "EVALCTL_RUN_OPERATOR_DB",
                "/o.db",
                "EVALCTL_RUN_OPERATOR",
                "token"));
  }

  @Test
  void otherVariablesAreNotForOperators() {
    assertThatThrownBy(
            () -> OperatorProcess.prepare(new HashMap<>(), Map.of("EVALCTL_DB", "x"), "token"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EVALCTL_DB");
  }

  @Test
  void aCommandIsForTheShellAndTheRunbookIsThisProgramAgain() {
    assertThat(OperatorCommandLine.of(AgentSpec.parse("exec:a b; c")))
        .isEqualTo(List.of("sh", "-c", "a b; c"));
    assertThat(OperatorCommandLine.of(AgentSpec.parse("runbook")))
        .endsWith("io.evalctl.Main", "operator", "runbook");
    assertThatThrownBy(() -> OperatorCommandLine.of(AgentSpec.parse("external")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
