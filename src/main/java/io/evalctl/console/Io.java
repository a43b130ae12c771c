package io.evalctl.console;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the program gets from the world it was started in. Tests bring their own.
 *
 * @param in standard input
 * @param out standard output: results
 * @param err standard error: progress and errors
 * @param outTerminal whether out is a terminal
 * @param errTerminal whether err is a terminal
 * @param environment the environment variables
 * @param directory the working directory
 */
public record Io(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean outTerminal,
    boolean errTerminal,
    Map<String, String> environment,
    Path directory) {
  public Io {
    environment = Map.copyOf(environment);
  }

  /** The process's own streams, in UTF-8 whatever the locale. */
  public static Io ofProcess(InputStream in, PrintStream out, PrintStream err) {
    return new Io(
        in,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Terminal.isTerminal(1),
        Terminal.isTerminal(2),
        System.getenv(),
        Path.of("").toAbsolutePath());
  }

  public Io withEnvironment(Map<String, String> changed) {
    return new Io(in, out, err, outTerminal, errTerminal, changed, directory);
  }
}
