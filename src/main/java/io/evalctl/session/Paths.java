package io.evalctl.session;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where evalctl keeps its files: the XDG base directories
 * (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
public record Paths(Path data, Path config, Path state, Path cache) {

  /** An empty or relative value counts as unset, as the specification asks. */
  public static Paths of(Map<String, String> environment) {
    Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    return new Paths(
        directory(environment, "XDG_DATA_HOME", home.resolve(".local/share")),
        directory(environment, "XDG_CONFIG_HOME", home.resolve(".config")),
        directory(environment, "XDG_STATE_HOME", home.resolve(".local/state")),
        directory(environment, "XDG_CACHE_HOME", home.resolve(".cache")));
  }

  public Path resultsStore() {
    return data.resolve("eval.db");
  }

  public Path userConfiguration() {
    return config.resolve("config.yaml");
  }

  /** One entry for each run that has processes or directories of its own. */
  public Path runRegistry() {
    return state.resolve("runs");
  }

  /** One entry for each fault that is to be undone in containers. */
  public Path faultClaims() {
    return state.resolve("faults");
  }

  private static Path directory(Map<String, String> environment, String variable, Path fallback) {
    String value = environment.getOrDefault(variable, "");
    Path base = value.startsWith("/") ? Path.of(value) : fallback;
    return base.resolve("evalctl");
  }
}
