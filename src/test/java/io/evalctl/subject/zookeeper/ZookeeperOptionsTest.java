package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Plural;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZookeeperOptionsTest {
  private static ZookeeperOptions withNodes(int count) {
    return new ZookeeperOptions(count, Path.of("home"), false, "run-1", Path.of("/registry"));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void takesThreeOrFiveNodes(int count) {
    assertThat(withNodes(count).home()).isAbsolute();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 4, 6, 7})
  void refusesOtherNumbersOfNodes(int count) {
    assertThatThrownBy(() -> withNodes(count))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.USAGE);
              assertThat(e)
                  .hasMessage("the subject zookeeper cannot have " + Plural.of(count, "node"));
              assertThat(e.hint()).isEqualTo("it has 3 or 5");
            });
  }
}
