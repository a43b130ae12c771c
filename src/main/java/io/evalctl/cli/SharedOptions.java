package io.evalctl.cli;

import io.evalctl.console.ColorMode;
import io.evalctl.console.Style;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that every command has. */
final class SharedOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = "--db",
      paramLabel = "FILE",
      description = "Results store (default: in the XDG data directory).")
  Path db;

  @Option(names = "--config", paramLabel = "FILE", description = "Configuration file.")
  Path config;

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "Read environment variables from this file.")
  Path envFile;

  @Option(names = "--json", description = "Print exactly one JSON object on stdout.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress on stderr.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more on stderr.")
  boolean verbose;

  @Option(names = "--debug", description = "Show stack traces.")
  boolean debug;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "auto, always or never (default: ${DEFAULT-VALUE}).")
  ColorMode color;

  @Option(names = "--no-input", description = "Never ask.")
  boolean noInput;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  boolean dryRun;

  Path resultsStore(CommandContext context) {
    return db == null ? context.paths().resultsStore() : context.io().directory().resolve(db);
  }

  Style outStyle(CommandContext context) {
    return new Style(color.enabled(context.io().outTerminal(), context.io().environment()));
  }

  Style errStyle(CommandContext context) {
    return new Style(color.enabled(context.io().errTerminal(), context.io().environment()));
  }
}
