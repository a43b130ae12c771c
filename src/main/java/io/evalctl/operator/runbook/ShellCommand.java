package io.evalctl.operator.runbook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs command lines in a directory that its output passes through. Not thread-safe. */
final class ShellCommand {

  /** What came of one. */
  record Result(int exitCode, String output) {}

  /** As the shell's timeout(1) does. */
  private static final int TIMED_OUT = 124;

  private static final int MOST_SECONDS = 30;
  private static final int MOST_OUTPUT = 4_000;

  private final Path output;

  ShellCommand(Path directory) {
    this.output = directory.resolve("runbook-command.out");
  }

  /**
   * Runs one and waits for its end, 30 seconds at most. Its output goes through a file, so that a
   * program which it leaves running keeps nobody waiting.
   */
  Result run(String commandLine) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("sh", "-c", commandLine)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        process.getOutputStream().close();
        boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
        return new Result(ended ? process.exitValue() : TIMED_OUT, printed());
      } finally {
        process.destroyForcibly();
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return new Result(127, e.toString());
    }
  }

  private String printed() throws IOException {
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    return text.length() <= MOST_OUTPUT ? text : text.substring(0, MOST_OUTPUT);
  }
}
