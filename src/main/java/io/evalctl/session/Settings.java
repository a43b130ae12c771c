package io.evalctl.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import io.evalctl.text.YamlFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Values for options that are not on the command line: the environment ({@code EVALCTL_FOO_BAR} for
 * {@code --foo-bar}), then {@code ./evalctl.yaml}, then the user's configuration. In a file an
 * option stands at the top, or under the name of a command for that command alone. Immutable.
 */
public final class Settings {
  /**
   * A value and where it comes from.
   *
   * @param items one, or those of a list; {@code NAME=VALUE} for keys and values
   */
  public record Value(List<String> items, String source) {}

  private record ConfigFile(Path path, ObjectNode keys) {}

  private final Map<String, String> environment;
  private final List<ConfigFile> files;

  private Settings(Map<String, String> environment, List<ConfigFile> files) {
    this.environment = environment;
    this.files = files;
  }

  /**
   * @param explicit the file given with --config, which replaces the usual ones, or null
   */
  public static Settings load(
      Map<String, String> environment, Path directory, Paths paths, Path explicit) {
    List<ConfigFile> files = new ArrayList<>();
    if (explicit != null) {
      Path file = directory.resolve(explicit);
      if (!Files.exists(file)) {
        throw new EvalctlException(
            ErrorCode.INVALID_CONFIGURATION, "there is no configuration file " + file, null);
      }
      files.add(read(file));
    } else {
      Stream.concat(
              Stream.of(directory.resolve("evalctl.yaml")), paths.userConfiguration().stream())
          .filter(Files::exists)
          .forEach(file -> files.add(read(file)));
    }
    return new Settings(Map.copyOf(environment), List.copyOf(files));
  }

  public boolean hasFiles() {
    return !files.isEmpty();
  }

  /** The value for an option (its long name without dashes) of a command. */
  public Optional<Value> find(String command, String option) {
    String variable = "EVALCTL_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
    String fromEnvironment = environment.get(variable);
    if (fromEnvironment != null && !fromEnvironment.isEmpty()) {
      return Optional.of(new Value(List.of(fromEnvironment), variable));
    }
    for (ConfigFile file : files) {
      JsonNode value = file.keys().path(command).path(option);
      if (value.isMissingNode()) {
        value = file.keys().path(option);
      }
      List<String> items = value.isNull() ? List.of() : items(value);
      if (!value.isMissingNode() && !items.isEmpty()) {
        return Optional.of(new Value(items, file.path().toString()));
      }
    }
    return Optional.empty();
  }

  /**
   * Refuses keys that nothing reads.
   *
   * @param options each command's options by their long names without dashes
   */
  public void check(Map<String, ? extends Collection<String>> options) {
    List<String> all =
        options.values().stream().flatMap(Collection::stream).distinct().sorted().toList();
    for (ConfigFile file : files) {
      file.keys()
          .properties()
          .forEach(
              entry -> {
                Collection<String> own = options.get(entry.getKey());
                if (own != null && entry.getValue().isObject()) {
                  entry
                      .getValue()
                      .fieldNames()
                      .forEachRemaining(key -> known(file, entry.getKey() + "." + key, key, own));
                } else {
                  known(file, entry.getKey(), entry.getKey(), all);
                }
              });
    }
  }

  private static void known(ConfigFile file, String place, String key, Collection<String> known) {
    if (!known.contains(key)) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "configuration file " + file.path() + ": unknown key '" + place + "'",
          Suggestion.among(key, known));
    }
  }

  private static List<String> items(JsonNode value) {
    if (value.isObject()) {
      return value.properties().stream()
          .map(entry -> entry.getKey() + "=" + entry.getValue().asText())
          .toList();
    }
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false).map(JsonNode::asText).toList()
        : List.of(value.asText());
  }

  private static ConfigFile read(Path file) {
    return new ConfigFile(
        file, YamlFile.read("configuration file", file, ErrorCode.INVALID_CONFIGURATION));
  }
}
