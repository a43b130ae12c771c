package io.evalctl.operator.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A {@link SqlWriter} in a JVM of its own. */
final class SqlWriterProcess implements AutoCloseable {
  private final Process process;
  private final PrintStream in;
  private final BufferedReader out;

  SqlWriterProcess() {
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SqlWriter.class.getName())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Opens, or makes, a database in WAL mode. */
  SqlWriterProcess open(Path file) {
    command("open WAL " + file);
    return this;
  }

  /** Opens, or makes, one with a rollback journal. */
  SqlWriterProcess openWithJournal(Path file) {
    command("open DELETE " + file);
    return this;
  }

  SqlWriterProcess withTables() {
    command("tables");
    return this;
  }

  /**
   * Executes one statement, and so commits it unless a transaction was begun.
   *
   * @return the monotonic time right after
   */
  long sql(String statement) {
    return command("sql " + statement);
  }

  /** Fails at once when it meets a lock. */
  SqlWriterProcess impatient() {
    command("timeout 0");
    return this;
  }

  /** Executes a statement many times with a pause in milliseconds between. */
  void hammer(int times, int pause, String statement) {
    command("hammer " + times + " " + pause + " " + statement);
  }

  void closeDatabase() {
    command("close");
  }

  private long command(String line) {
    in.println(line);
    return answer();
  }

  private long answer() {
    try {
      String answer = out.readLine();
      if (answer == null || !answer.startsWith("ok ")) {
        throw new IllegalStateException("writer said " + answer);
      }
      return Long.parseLong(answer.substring("ok ".length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as a crash would. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    in.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
    }
  }
}
