package io.evalctl.llm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which Claude a model's name means: {@code claude-opus-4-7-20260416} is Opus 4.7, {@code
 * claude-3-5-sonnet-20241022} is Sonnet 3.5.
 */
record ClaudeVersion(String family, int major, int minor) {
  private static final Pattern NEW =
      Pattern.compile("claude-([a-z]+)-(\\d{1,2})(?!\\d)(?:[-.](\\d{1,2})(?!\\d))?");
  private static final Pattern OLD =
      Pattern.compile("claude-(\\d{1,2})(?!\\d)(?:[-.](\\d{1,2})(?!\\d))?-([a-z]+)");

  /** Empty for names without a version, and for those that are none of Claude's. */
  static Optional<ClaudeVersion> of(String model) {
    Matcher name = NEW.matcher(model);
    if (name.find()) {
      return Optional.of(new ClaudeVersion(name.group(1), number(name, 2), number(name, 3)));
    }
    name = OLD.matcher(model);
    return name.find()
        ? Optional.of(new ClaudeVersion(name.group(3), number(name, 1), number(name, 2)))
        : Optional.empty();
  }

  private static int number(Matcher name, int group) {
    return name.group(group) == null ? 0 : Integer.parseInt(name.group(group));
  }

  boolean newerThan(int otherMajor, int otherMinor) {
    return major > otherMajor || major == otherMajor && minor > otherMinor;
  }
}
