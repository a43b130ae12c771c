package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigMistakeTest {
  private static final String RIGHT =
      """
      # clientPort=1 in a comment
      tickTime=200
      initLimit=10
      clientPort=21810
      clientPortAddress=127.0.0.1
      server.1=127.0.0.1:40001:40002
      server.2=127.0.0.1:40003:40004
      """;

  @ParameterizedTest
  @EnumSource
  void changesOneLineOnly(ConfigMistake mistake) {
    String wrong = mistake.makeIn(RIGHT);
    assertThat(wrong.lines().filter(line -> RIGHT.lines().noneMatch(line::equals))).hasSize(1);
    assertThat(wrong.lines()).hasSameSizeAs(RIGHT.lines().toList());
    assertThat(wrong).endsWith("\n");
    assertThat(ConfigMistake.parse(mistake.label())).isEqualTo(mistake);
  }

  @ParameterizedTest
  @CsvSource({
    "client-port-not-a-number, clientPort=2181O",
    "client-port-out-of-range, clientPort=921810",
    "client-address-misspelt, clientPortAddress=127.0.0.l",
    "tick-time-zero, tickTime=0",
    "tick-time-with-unit, tickTime=200ms",
    "init-limit-empty, initLimit=",
    "server-without-election-port, server.1=127.0.0.1:40001",
  })
  void writesTheWrongValue(String mistake, String line) {
    assertThat(ConfigMistake.parse(mistake).makeIn(RIGHT).lines()).contains(line);
  }

  @Test
  void needsTheLine() {
    assertThatThrownBy(() -> ConfigMistake.TICK_TIME_ZERO.makeIn("clientPort=1\n"))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAULT_NOT_INJECTED));
  }
}
