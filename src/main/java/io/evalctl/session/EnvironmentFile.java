package io.evalctl.session;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code NAME=value} lines; what the environment has already wins, as in other tools. */
public final class EnvironmentFile {
  private EnvironmentFile() {}

  /** The environment with the file's variables added. */
  public static Map<String, String> overlay(Map<String, String> environment, Path file) {
    Map<String, String> merged = new HashMap<>(read(file));
    merged.putAll(environment);
    return merged;
  }

  private static Map<String, String> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "environment file " + file + " cannot be read", null, e);
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip().replaceFirst("^export\\s+", "");
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals < 1) {
        // The line itself may hold a secret, so only its number is named.
        throw new EvalctlException(
            ErrorCode.INVALID_CONFIGURATION,
            "environment file " + file + ", line " + (i + 1) + ": expected NAME=value",
            null);
      }
      variables.put(line.substring(0, equals).strip(), unquote(line.substring(equals + 1).strip()));
    }
    return variables;
  }

  private static String unquote(String value) {
    boolean quoted =
        value.length() >= 2
            && (value.startsWith("\"") && value.endsWith("\"")
                || value.startsWith("'") && value.endsWith("'"));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
