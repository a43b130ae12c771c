package io.evalctl.cli;

import io.evalctl.session.Settings;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives options that are not on the command line their value from the settings. */
final class SettingsDefaults implements IDefaultValueProvider {
  private static final Set<String> COMMAND_LINE_ONLY =
      Set.of("help", "version", "config", "env-file");

  /** How an option is split whose values may have commas in them. */
  static final String LINES = "\n";

  private final Settings settings;

  SettingsDefaults(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String name = longName(option);
    if (COMMAND_LINE_ONLY.contains(name)) {
      return null;
    }
    String separator = LINES.equals(option.splitRegex()) ? LINES : ",";
    return settings
        .find(topCommand(option), name)
        .map(value -> String.join(separator, value.items()))
        .orElse(null);
  }

  static String longName(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  /** The subcommand directly below evalctl, whose name a section of a file may have. */
  private static String topCommand(OptionSpec option) {
    var spec = option.command();
    while (spec.parent() != null && spec.parent().parent() != null) {
      spec = spec.parent();
    }
    return spec.name();
  }
}
