package io.evalctl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.cli.CommandRunner;
import io.evalctl.console.Io;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command line called in this very process, with a home and a working directory of its own. */
public final class InProcess {
  private final Path home;
  private final Path work;
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  public InProcess(Path directory) {
    try {
      this.home = Files.createDirectories(directory.resolve("home"));
      this.work = Files.createDirectories(directory.resolve("work"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    environment.put("HOME", home.toString());
    environment.put("PATH", System.getenv("PATH"));
    environment.put("DOCKER_HOST", "unix://" + directory.resolve("no.sock"));
  }

  public Map<String, String> environment() {
    return environment;
  }

  public Path work() {
    return work;
  }

  /** The default results store. */
  public Path store() {
    return home.resolve(".local/share/evalctl/eval.db");
  }

  public void write(String name, String text) {
    try {
      Files.writeString(work.resolve(name), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param line words that have no spaces in them
   */
  public int run(String line) {
    return run(line.split(" "));
  }

  public int run(String... words) {
    out.reset();
    err.reset();
    return CommandRunner.run(
        words,
        new Io(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            environment,
            work));
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  public JsonNode json() {
    try {
      return new ObjectMapper().readTree(out.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String stamp(Path file) {
    return file.toFile().length() + " " + file.toFile().lastModified();
  }

  /** Everything there is in the home directory, files with their size and time. */
  public List<String> homeFiles() {
    try (Stream<Path> files = Files.walk(home)) {
      return files
          .filter(file -> !file.equals(home))
          .map(file -> Files.isDirectory(file) ? file + "/" : file + " " + stamp(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
