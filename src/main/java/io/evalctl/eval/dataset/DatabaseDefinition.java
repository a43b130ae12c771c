package io.evalctl.eval.dataset;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the template that every case's database is cloned from is made. Paths are absolute.
 *
 * @param migrations directory of Flyway migrations, or null
 * @param command program that migrates instead, given {@code DATABASE_URL}; empty for none
 * @param commandTimeout for that program
 * @param seed SQL run after the migrations, or null
 * @param extensions created before the migrations
 */
public record DatabaseDefinition(
    Path migrations,
    List<String> command,
    Duration commandTimeout,
    Path seed,
    List<String> extensions) {

  /** For a migration program whose dataset does not say. */
  public static final Duration DEFAULT_COMMAND_TIMEOUT = Duration.ofSeconds(60);

  public DatabaseDefinition {
    command = List.copyOf(command);
    extensions = List.copyOf(extensions);
  }
}
