package io.evalctl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
  private final String before = System.getProperty("user.home");

  @AfterEach
  void restore() {
    System.setProperty("user.home", before);
  }

  @Test
  void homeAndTheXdgVariablesSayWhere() {
    Paths paths = Paths.of(Map.of("HOME", "/home/you", "XDG_STATE_HOME", "/var/state"));
    assertThat(paths.resultsStore()).isEqualTo(Path.of("/home/you/.local/share/evalctl/eval.db"));
    assertThat(paths.runRegistry()).isEqualTo(Path.of("/var/state/evalctl/runs"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "relative/home", "unset"})
  void withoutAHomeInTheEnvironmentThatOfThePasswordFileServes(String home) {
    System.setProperty("user.home", "/home/of-the-password-file");
    Map<String, String> environment = new HashMap<>(Map.of("HOME", home, "XDG_DATA_HOME", ""));
    environment.values().remove("unset");
    assertThat(Paths.of(environment).resultsStore())
        .isEqualTo(Path.of("/home/of-the-password-file/.local/share/evalctl/eval.db"));
  }

  @Test
  void withoutAnyHomeItIsSaidWhatToSetWhereItIsNeeded() {
    System.setProperty("user.home", "?");
    Paths paths =
        Paths.of(Map.of("XDG_STATE_HOME", "/var/state", "XDG_CACHE_HOME", "not/absolute"));
    assertThat(paths.runRegistry()).isEqualTo(Path.of("/var/state/evalctl/runs"));
    assertThat(paths.userConfiguration()).isEmpty();
    assertThat(paths.knownCache()).isEmpty();
    assertThatThrownBy(paths::resultsStore)
        .hasMessageContaining("HOME is not set")
        .extracting("hint")
        .asString()
        .contains("set HOME, or XDG_DATA_HOME");
    assertThatThrownBy(paths::cache).extracting("hint").asString().contains("XDG_CACHE_HOME");
  }
}
