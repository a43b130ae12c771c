package io.evalctl.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InheritedEnvironmentTest {
  @Test
  void programsGetTheUsersLocaleAndNoOptions() {
    assertThat(forProgram(Map.of("LC_ALL", "C.UTF-8", "EVALCTL_LAUNCHER_LC_ALL", "C", "A", "b")))
        .isEqualTo(Map.of("LC_ALL", "C", "A", "b"));
    assertThat(forProgram(Map.of("LC_ALL", "C.UTF-8", "EVALCTL_LAUNCHER_LC_ALL", "", "LANG", "x")))
        .isEqualTo(Map.of("LANG", "x"));
    assertThat(forProgram(Map.of("LC_ALL", "de_DE.UTF-8", "EVALCTL_DB", "x")))
        .as("started without the launcher")
        .isEqualTo(Map.of("LC_ALL", "de_DE.UTF-8"));
  }

  @Test
  void evalctlItselfKeepsTheLocaleItNeeds() {
    Map<String, String> environment =
        new HashMap<>(Map.of("LC_ALL", "C.UTF-8", "EVALCTL_LAUNCHER_LC_ALL", "C"));
    InheritedEnvironment.forEvalctl(environment);
    assertThat(environment).isEqualTo(Map.of("LC_ALL", "C.UTF-8"));
  }

  private static Map<String, String> forProgram(Map<String, String> environment) {
    Map<String, String> own = new HashMap<>(environment);
    InheritedEnvironment.forProgram(own);
    return own;
  }
}
