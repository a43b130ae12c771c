package io.evalctl.eval.dataset;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How the template that every case's database is cloned from is made. Paths are absolute.
 *
 * @param migrations directory of Flyway migrations, or null
 * @param placeholders of the migrations; null to leave {@code ${...}} in them as it is
 * @param command program that migrates instead, given {@code DATABASE_URL}; empty for none
 * @param inputs the files that the program reads; empty when the dataset does not say
 * @param commandTimeout for that program
 * @param seed SQL run after the migrations, or null
 * @param extensions created before the migrations
 */
public record DatabaseDefinition(
    Path migrations,
    Map<String, String> placeholders,
    List<String> command,
    List<Path> inputs,
    Duration commandTimeout,
    Path seed,
    List<String> extensions) {

  /** For a migration program whose dataset does not say. */
  public static final Duration DEFAULT_COMMAND_TIMEOUT = Duration.ofSeconds(60);

  public DatabaseDefinition {
    placeholders = placeholders == null ? null : Map.copyOf(placeholders);
    command = List.copyOf(command);
    inputs = List.copyOf(inputs);
    extensions = List.copyOf(extensions);
  }
}
