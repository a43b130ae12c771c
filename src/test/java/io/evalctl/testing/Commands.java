package io.evalctl.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs, and the docker command above all, run to their end in a given environment. */
public final class Commands {
  private final Map<String, String> environment;

  public Commands(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * What the docker command says.
   *
   * @throws AssertionError with all of it when it fails
   */
  public String docker(String... words) {
    return run(builder(command(words)));
  }

  /** Its exit status. */
  public int tryDocker(String... words) {
    return tryRun(builder(command(words)));
  }

  /** As {@link #docker}, for any program, in this very environment. */
  public static String run(String... command) {
    return run(new ProcessBuilder(command));
  }

  public static int tryRun(String... command) {
    return tryRun(new ProcessBuilder(command));
  }

  private static String[] command(String... words) {
    return Stream.concat(Stream.of("docker"), Stream.of(words)).toArray(String[]::new);
  }

  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private static String run(ProcessBuilder builder) {
    try {
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (ended(process) != 0) {
        throw new AssertionError(
            "%s ended with %d: %s"
                .formatted(String.join(" ", builder.command()), process.exitValue(), out));
      }
      return out;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int tryRun(ProcessBuilder builder) {
    try {
      return ended(
          builder
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int ended(Process process) {
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(process.info().commandLine().orElse("?") + " does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
