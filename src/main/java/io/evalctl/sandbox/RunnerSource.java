package io.evalctl.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Python programs of a sandbox. They are passed as arguments: with a read-only root the engine
 * copies no file into a container.
 */
final class RunnerSource {
  /** One program, in files by what they do; joined here, it is passed and compiled as one. */
  private static final String SUPERVISOR =
      Stream.of("supervisor", "confinement", "frames", "process", "block", "channel")
          .map(name -> read(name + ".py"))
          .collect(Collectors.joining("\n\n"));

  private static final String WORKER = read("worker.py");

  private RunnerSource() {}

  /**
   * @param python the interpreter
   * @param limits what the supervisor itself bounds, as JSON; empty where an engine does
   */
  static List<String> command(String python, String limits) {
    return List.of(python, "-I", "-S", "-B", "-u", "-c", SUPERVISOR, WORKER, limits);
  }

  private static String read(String name) {
    try (InputStream stream = RunnerSource.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
