package io.evalctl.session;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a dataset is, until it is closed. */
public final class DatasetFile implements AutoCloseable {
  private static final String EXAMPLE = "example:";

  private final Path path;
  private final Path recording;
  private final Path passing;

  private DatasetFile(Path path, Path recording, Path passing) {
    this.path = path;
    this.recording = recording;
    this.passing = passing;
  }

  /**
   * @param name a file, or {@code example:NAME} for one that comes with evalctl
   * @param passing whether nothing of it is to stay when it is closed; else an example's files stay
   *     in the cache
   */
  public static DatasetFile locate(String name, Path directory, Paths paths, boolean passing) {
    if (name.startsWith(EXAMPLE)) {
      return example(name.substring(EXAMPLE.length()), paths, passing);
    }
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "there is no dataset " + file,
          "name a file in YAML, JSON or JSONL, or one of " + String.join(", ", Examples.names()));
    }
    return new DatasetFile(file, null, null);
  }

  private static DatasetFile example(String name, Paths paths, boolean passing) {
    Path place = passing ? temporary() : null;
    try {
      Path file = Examples.unpack(name, passing ? place : paths.cache());
      return new DatasetFile(file, file.resolveSibling(Examples.RECORDING), place);
    } catch (RuntimeException e) {
      remove(place);
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /** What comes with it and answers in the models' place when none is named, or null. */
  public Path recording() {
    return recording;
  }

  @Override
  public void close() {
    remove(passing);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("evalctl-example");
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "no temporary directory can be made: " + e.getMessage(),
          "set TMPDIR to a directory that can be written to",
          e);
    }
  }

  private static void remove(Path directory) {
    try {
      if (directory != null) {
        DirectoryTree.delete(directory);
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          directory + " cannot be removed: " + e,
          "remove it by hand",
          e);
    }
  }
}
