package io.evalctl.template;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a template is made from.
 *
 * @param migrations Flyway's SQL migrations, or the files that the command applies; null for none
 * @param placeholders what {@code ${name}} in Flyway's migrations stands for; null to leave all of
 *     them as they are
 * @param migrationCommand another migrator, run instead of Flyway with {@code DATABASE_URL} and
 *     libpq's variables; empty for none
 * @param inputs the files that the command reads. Without them (and without {@code migrations})
 *     nobody can tell what it would do, and such a template serves one session only
 * @param migrationDirectory where the command runs; null for the current directory
 * @param migrationTimeout for all migrations and the seed together; null for none of its own
 * @param seed SQL that runs after the migrations, or null
 * @param extensions created before the migrations
 */
public record TemplateSpec(
    Path migrations,
    Map<String, String> placeholders,
    List<String> migrationCommand,
    List<Path> inputs,
    Path migrationDirectory,
    Duration migrationTimeout,
    Path seed,
    List<String> extensions) {
  public TemplateSpec {
    placeholders = placeholders == null ? null : Map.copyOf(placeholders);
    migrationCommand = List.copyOf(migrationCommand);
    inputs = List.copyOf(inputs);
    extensions = List.copyOf(extensions);
  }

  /** Without placeholders, and with a command of which nobody knows what it reads. */
  public TemplateSpec(
      Path migrations,
      List<String> migrationCommand,
      Path migrationDirectory,
      Duration migrationTimeout,
      Path seed,
      List<String> extensions) {
    this(
        migrations,
        Map.of(),
        migrationCommand,
        List.of(),
        migrationDirectory,
        migrationTimeout,
        seed,
        extensions);
  }

  /** Migrations by Flyway, and nothing else. */
  public static TemplateSpec of(Path migrations) {
    return new TemplateSpec(migrations, List.of(), null, null, null, List.of());
  }

  /** Whether another session can tell that it would make the same. */
  boolean shared() {
    return migrationCommand.isEmpty() || migrations != null || !inputs.isEmpty();
  }
}
