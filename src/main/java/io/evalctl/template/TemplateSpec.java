package io.evalctl.template;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a template is made from.
 *
 * @param migrations Flyway's SQL migrations, or the files that the command applies; null for none
 * @param migrationCommand another migrator, run instead of Flyway with {@code DATABASE_URL} and
 *     libpq's variables; empty for none. Without {@code migrations} nobody can tell what it would
 *     do, and such a template serves one session only
 * @param migrationDirectory where the command runs; null for the current directory
 * @param migrationTimeout for all migrations and the seed together; null for none of its own
 * @param seed SQL that runs after the migrations, or null
 * @param extensions created before the migrations
 */
public record TemplateSpec(
    Path migrations,
    List<String> migrationCommand,
    Path migrationDirectory,
    Duration migrationTimeout,
    Path seed,
    List<String> extensions) {
  public TemplateSpec {
    migrationCommand = List.copyOf(migrationCommand);
    extensions = List.copyOf(extensions);
  }

  /** Migrations by Flyway, and nothing else. */
  public static TemplateSpec of(Path migrations) {
    return new TemplateSpec(migrations, List.of(), null, null, null, List.of());
  }
}
