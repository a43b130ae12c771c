package io.evalctl.testing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The built jar at work, in a process of its own. */
public final class Running {
  private static final Path JAR =
      Path.of(System.getProperty("evalctl.jar", "target/evalctl.jar")).toAbsolutePath();

  private final Process process;
  private final Path out;
  private final Path err;

  private Running(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static Running start(
      Scratch scratch, List<String> prefix, List<String> arguments, Map<String, String> more) {
    List<String> command = new ArrayList<>(prefix);
    // A signal that is ignored where the tests are started would be ignored by the child, too.
    command.addAll(List.of("env", "--default-signal=INT,TERM"));
    command.add(java().toString());
    // As scripts/evalctl starts it.
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.add("-Djava.io.tmpdir=" + scratch.temporary());
    String agent = System.getProperty("evalctl.coverage", "");
    if (agent.startsWith("-javaagent")) {
      command.add(agent);
    }
    command.addAll(ClassArchives.options());
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(arguments);
    String name = UUID.randomUUID().toString().substring(0, 8);
    Path out = scratch.directory().resolve(name + ".out");
    Path err = scratch.directory().resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(scratch.directory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(scratch.environment());
    builder.environment().putAll(more);
    try {
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Path jar() {
    return JAR;
  }

  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  public Process process() {
    return process;
  }

  /** Waits for its end, four minutes at most. */
  public Running await() {
    return await(4, TimeUnit.MINUTES);
  }

  public Running await(long time, TimeUnit unit) {
    try {
      if (!process.waitFor(time, unit)) {
        process.destroyForcibly();
        throw new AssertionError("evalctl did not end; stderr so far: " + err());
      }
      return this;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until it says something on stderr. */
  public Running awaitErr(String text) {
    Scratch.await("'" + text + "'", () -> err().contains(text) || !process.isAlive());
    if (!err().contains(text)) {
      throw new AssertionError("evalctl ended without '" + text + "': " + err());
    }
    return this;
  }

  /** SIGKILL, and its end. */
  public Running kill() {
    process.destroyForcibly();
    return await();
  }

  /**
   * Sends a signal with kill(1).
   *
   * @param name INT, TERM ...
   */
  public void signal(String name) {
    if (!kill(name, process.pid())) {
      throw new AssertionError("kill failed");
    }
  }

  /** To all of its process group, if it leads one and is there. */
  public void signalGroup(String name) {
    kill(name, -process.pid());
  }

  /** Whether it was there to get the signal. */
  public boolean signalIfAlive(String name) {
    return process.isAlive() && kill(name, process.pid());
  }

  private static boolean kill(String name, long target) {
    try {
      return new ProcessBuilder("kill", "-s", name, "--", Long.toString(target))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public int exitCode() {
    return process.exitValue();
  }

  public String out() {
    return read(out);
  }

  public String err() {
    return read(err);
  }

  /** The lines on stderr that tell an error: neither progress nor hints. */
  public List<String> errors() {
    return err().lines().filter(line -> line.startsWith("evalctl: ")).toList();
  }

  /** Standard output, which must be exactly one JSON document. */
  public JsonNode json() {
    try {
      return new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(out());
    } catch (IOException e) {
      throw new AssertionError("no single JSON document: " + out() + "\n" + err(), e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
