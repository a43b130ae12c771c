package io.evalctl.session;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where evalctl keeps its files: the XDG base directories
 * (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
public record Paths(Path data, Path config, Path state, Path cache) {

  /**
   * An empty or relative value counts as unset, as the specification asks; so does an empty or
   * relative HOME, in whose place the user's directory of the password file is taken. Where there
   * is none either, only what the XDG variables name is known.
   */
  public static Paths of(Map<String, String> environment) {
    Path home =
        Stream.of(environment.getOrDefault("HOME", ""), System.getProperty("user.home", ""))
            .filter(name -> name.startsWith("/"))
            .map(Path::of)
            .findFirst()
            .orElse(null);
    return new Paths(
        directory(environment, "XDG_DATA_HOME", home, ".local/share"),
        directory(environment, "XDG_CONFIG_HOME", home, ".config"),
        directory(environment, "XDG_STATE_HOME", home, ".local/state"),
        directory(environment, "XDG_CACHE_HOME", home, ".cache"));
  }

  /**
   * @throws EvalctlException INVALID_CONFIGURATION with what to set where it is not known
   */
  @Override
  public Path data() {
    return known(data, "results", "XDG_DATA_HOME");
  }

  /** As {@link #data()}. */
  @Override
  public Path state() {
    return known(state, "the record of runs", "XDG_STATE_HOME");
  }

  /** As {@link #data()}. */
  @Override
  public Path cache() {
    return known(cache, "its cache", "XDG_CACHE_HOME");
  }

  /** The cache, where it is known. */
  public Optional<Path> knownCache() {
    return Optional.ofNullable(cache);
  }

  public Path resultsStore() {
    return data().resolve("eval.db");
  }

  /** Where it is known. */
  public Optional<Path> userConfiguration() {
    return Optional.ofNullable(config).map(directory -> directory.resolve("config.yaml"));
  }

  /** One entry for each run that has processes or directories of its own. */
  public Path runRegistry() {
    return state().resolve("runs");
  }

  /** One entry for each fault that is to be undone in containers. */
  public Path faultClaims() {
    return state().resolve("faults");
  }

  private static Path directory(
      Map<String, String> environment, String variable, Path home, String belowHome) {
    String value = environment.getOrDefault(variable, "");
    if (value.startsWith("/")) {
      return Path.of(value).resolve("evalctl");
    }
    return home == null ? null : home.resolve(belowHome).resolve("evalctl");
  }

  private static Path known(Path directory, String what, String variable) {
    if (directory == null) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "there is no home directory to keep %s in: HOME is not set".formatted(what),
          "set HOME, or " + variable + ", to the full path of a directory");
    }
    return directory;
  }
}
