package io.evalctl.session;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Datasets that come with evalctl. A jar's resources cannot be listed, so each example has an index
 * of its files, and all of them an index of their own.
 */
public final class Examples {
  private static final String ROOT = "/io/evalctl/examples/";
  private static final String INDEX = "index.txt";
  static final String RECORDING = "recording.jsonl";

  private Examples() {}

  /** As datasets are named: {@code example:NAME}. */
  public static List<String> names() {
    return lines(ROOT + INDEX).stream().map(name -> "example:" + name).toList();
  }

  /**
   * Writes an example's files where they can be read, and changed; a recording stands beside the
   * dataset that is returned.
   *
   * @param name {@code NAME}, or {@code NAME/DATASET} for another dataset than the one of its name
   */
  static Path unpack(String name, Path cache) {
    if (!lines(ROOT + INDEX).contains(name)) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "there is no example '" + name + "'",
          Suggestion.among("example:" + name, names()));
    }
    int slash = name.indexOf('/');
    String folder = slash < 0 ? name : name.substring(0, slash);
    Path home = cache.resolve("examples").resolve(BuildInfo.current().version()).resolve(folder);
    try {
      for (String file : lines(ROOT + folder + "/" + INDEX)) {
        copy(ROOT + folder + "/" + file, home.resolve(file));
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "example " + name + " cannot be written to " + home + ": " + e.getMessage(),
          "set XDG_CACHE_HOME to a directory that can be written to",
          e);
    }
    return home.resolve(name.substring(slash + 1) + ".yaml");
  }

  /** Beside its name first, so that two evalctl at once never see half a file. */
  private static void copy(String resource, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path fresh = Files.createTempFile(file.getParent(), ".unpacking", null);
    try (InputStream in = open(resource)) {
      Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
      if (resource.endsWith(".sh") || resource.endsWith(".py")) {
        fresh.toFile().setExecutable(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static List<String> lines(String resource) {
    try (InputStream in = open(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = Examples.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("no resource " + resource);
    }
    return in;
  }
}
