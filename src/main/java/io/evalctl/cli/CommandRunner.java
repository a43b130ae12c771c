package io.evalctl.cli;

import io.evalctl.clock.TimeSource;
import io.evalctl.console.ColorMode;
import io.evalctl.console.ErrorPrinter;
import io.evalctl.console.Io;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.session.EnvironmentFile;
import io.evalctl.session.NativeLibraries;
import io.evalctl.session.Paths;
import io.evalctl.session.Settings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns a command line into an exit code. The one place where an error becomes text. */
public final class CommandRunner {
  private static final String UTF_8 = "UTF-8";

  private CommandRunner() {}

  public static int run(String[] args, Io io) {
    List<String> words = Arrays.asList(args);
    ErrorPrinter errors = new ErrorPrinter(io, color(args), form(words), words.contains("--debug"));
    try {
      requireReadable(words);
      return execute(args, io, errors);
    } catch (RuntimeException e) {
      return errors.print(explain(e));
    }
  }

  /** What the JVM could not read under its locale names other files than were meant. */
  private static void requireReadable(List<String> words) {
    String encoding = System.getProperty("sun.jnu.encoding", UTF_8);
    if (!encoding.equals(UTF_8) && words.stream().anyMatch(word -> word.indexOf('\uFFFD') >= 0)) {
      throw EvalctlException.usage(
          "an argument holds characters that cannot be read under this locale (" + encoding + ")",
          "start it with scripts/evalctl, or set LC_ALL=C.UTF-8");
    }
  }

  private static ErrorPrinter.Form form(List<String> words) {
    if (!words.isEmpty() && words.get(0).equals(Subcommand.PROBE.label())) {
      return ErrorPrinter.Form.PROBE;
    }
    return words.contains("--json") ? ErrorPrinter.Form.JSON : ErrorPrinter.Form.TEXT;
  }

  private static int execute(String[] args, Io given, ErrorPrinter printer) {
    Io io =
        optionValue(args, "--env-file")
            .map(
                file ->
                    given.withEnvironment(
                        EnvironmentFile.overlay(
                            given.environment(), given.directory().resolve(file))))
            .orElse(given);
    ErrorPrinter errors = printer.with(io);
    Paths paths = Paths.of(io.environment());
    Path config = optionValue(args, "--config").map(Path::of).orElse(null);
    Settings settings = Settings.load(io.environment(), io.directory(), paths, config);
    CommandContext context = new CommandContext(io, TimeSource.system(), paths, settings);
    if (settings.hasFiles()) {
      settings.check(optionsByCommand(context));
    }
    boolean named = args.length > 0 && !args[0].startsWith("-");
    if (named && !Arrays.asList(args).contains("--dry-run")) {
      paths
          .knownCache()
          .ifPresent(cache -> NativeLibraries.unpackInto(cache, context.time().now()));
    }
    CommandLine line =
        commandLine(context, command -> args.length > 0 && command.label().equals(args[0]));
    line.setDefaultValueProvider(new SettingsDefaults(settings));
    line.setOut(new PrintWriter(io.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(io.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setExecutionExceptionHandler((failure, command, parsed) -> errors.print(explain(failure)));
    line.setParameterExceptionHandler((failure, words) -> errors.print(explain(failure)));
    return line.execute(args);
  }

  /** The command line with those subcommands built that are wanted, the others by name only. */
  static CommandLine commandLine(CommandContext context, Predicate<Subcommand> wanted) {
    CommandLine line = new CommandLine(RootCommand.spec());
    for (Subcommand subcommand : Subcommand.values()) {
      CommandLine child =
          wanted.test(subcommand)
              ? new CommandLine(subcommand.create(context))
              : new CommandLine(CommandSpec.create());
      child.getCommandSpec().usageMessage().description(subcommand.summary());
      line.addSubcommand(subcommand.label(), child);
    }
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    return line;
  }

  /** The long names, without dashes, of each subcommand's options. */
  static Map<String, List<String>> optionsByCommand(CommandContext context) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    commandLine(context, command -> true)
        .getSubcommands()
        .forEach((name, command) -> options.put(name, optionNames(command)));
    return options;
  }

  private static List<String> optionNames(CommandLine command) {
    List<String> names = new ArrayList<>();
    command
        .getCommandSpec()
        .options()
        .forEach(option -> names.add(SettingsDefaults.longName(option)));
    command.getSubcommands().values().forEach(child -> names.addAll(optionNames(child)));
    return names.stream().distinct().toList();
  }

  /**
   * Two options decide how the others are read, so they are looked up before the rest is parsed.
   */
  private static Optional<String> optionValue(String[] args, String option) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(option + "=")) {
        return Optional.of(args[i].substring(option.length() + 1));
      }
      if (args[i].equals(option) && i + 1 < args.length) {
        return Optional.of(args[i + 1]);
      }
    }
    return Optional.empty();
  }

  private static ColorMode color(String[] args) {
    return switch (optionValue(args, "--color").orElse("auto")) {
      case "always" -> ColorMode.ALWAYS;
      case "never" -> ColorMode.NEVER;
      default -> ColorMode.AUTO;
    };
  }

  /** What went wrong, in our own terms. */
  private static EvalctlException explain(Exception e) {
    if (e instanceof EvalctlException known) {
      return known;
    }
    if (e.getCause() instanceof EvalctlException cause) {
      return cause;
    }
    if (e instanceof ParameterException wrong) {
      return usage(wrong);
    }
    return new EvalctlException(
        ErrorCode.INTERNAL_ERROR, "unexpected error: " + e, "run again with --debug", e);
  }

  private static EvalctlException usage(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String hint = "see " + command + " --help";
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      hint = "did you mean " + unmatched.getSuggestions().get(0) + "? " + hint;
    }
    String message =
        e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
            ? superfluous(unmatched)
            : e.getMessage().lines().findFirst().orElse("wrong usage");
    return EvalctlException.usage(
        Character.toLowerCase(message.charAt(0)) + message.substring(1), hint);
  }

  private static String superfluous(UnmatchedArgumentException e) {
    String word = "'" + e.getUnmatched().get(0) + "'";
    return e.getCommandLine().getSubcommands().isEmpty()
        ? word + " is one argument too many"
        : "there is no command " + word;
  }
}
