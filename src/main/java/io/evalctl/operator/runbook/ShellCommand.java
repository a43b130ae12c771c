package io.evalctl.operator.runbook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs command lines, whose output passes through a file. Not thread-safe. */
final class ShellCommand {

  /** What came of one. */
  record Result(int exitCode, String output) {}

  /** As the shell's timeout(1) does. */
  static final int TIMED_OUT = 124;

  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MOST_OUTPUT = 4_000;
  private static final int MOST_ANSWER = 1 << 20;

  private final Path output;

  /**
   * @param name of the file, which is there while a command runs
   */
  ShellCommand(Path directory, String name) {
    this.output = directory.resolve(name);
  }

  /**
   * Runs one and waits for its end, 30 seconds at most. Its output goes through a file, so that a
   * program which it leaves running keeps nobody waiting.
   */
  Result run(String commandLine) throws InterruptedException {
    return run(commandLine, LONGEST, true, MOST_OUTPUT);
  }

  /** Runs one and tells what it has printed on its standard output. */
  Result output(String commandLine, Duration limit) throws InterruptedException {
    return run(commandLine, limit, false, MOST_ANSWER);
  }

  private Result run(String commandLine, Duration limit, boolean errors, int most)
      throws InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", commandLine)
            .redirectErrorStream(errors)
            .redirectOutput(output.toFile());
    if (!errors) {
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    try {
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        return new Result(ended ? process.exitValue() : TIMED_OUT, printed(most));
      } finally {
        process.destroyForcibly();
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return new Result(127, e.toString());
    }
  }

  private String printed(int most) throws IOException {
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    return text.length() <= most ? text : text.substring(0, most);
  }
}
