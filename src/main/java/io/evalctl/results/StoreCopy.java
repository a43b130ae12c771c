package io.evalctl.results;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A private copy of a store with its log, for one that must stay as it is: SQLite wants to write
 * beside a file in WAL mode even to read it, and an older schema is migrated before it is read.
 */
final class StoreCopy {
  /** The shared memory is made anew of the log. */
  private static final List<String> PARTS = List.of("", "-wal");

  private static final List<String> ALL_PARTS = List.of("", "-wal", "-shm", "-journal");
  private static final int MOST_ATTEMPTS = 5;

  private final Path directory;

  private StoreCopy(Path directory) {
    this.directory = directory;
  }

  /**
   * @throws EvalctlException FILE_UNREADABLE; RESULTS_BUSY when it was written all the while
   */
  static StoreCopy take(Path original) {
    StoreCopy copy = null;
    boolean good = false;
    try {
      copy = new StoreCopy(Files.createTempDirectory("evalctl-store"));
      for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        Map<String, String> before = state(original);
        copy.deleteFiles();
        for (String part : before.keySet()) {
          Files.copy(sibling(original, part), sibling(copy.file(), part));
          copy.file().toFile().setWritable(true);
        }
        if (before.equals(state(original))) {
          good = true;
          return copy;
        }
      }
      throw new EvalctlException(
          ErrorCode.RESULTS_BUSY,
          "results store " + original + " is written while it is read",
          "try again in a moment");
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "results store " + original + " can neither be read in place nor copied: " + e,
          "set TMPDIR to a directory that can be written to and has room for it",
          e);
    } finally {
      if (copy != null && !good) {
        copy.delete();
      }
    }
  }

  Path file() {
    return directory.resolve("eval.db");
  }

  /** What is open of it stays readable; and whoever is killed leaves nothing. */
  void delete() {
    try {
      deleteFiles();
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // a file left in the temporary directory does no harm
    }
  }

  private void deleteFiles() throws IOException {
    for (String part : ALL_PARTS) {
      Files.deleteIfExists(sibling(file(), part));
    }
  }

  private static Map<String, String> state(Path original) throws IOException {
    Map<String, String> state = new TreeMap<>();
    for (String part : PARTS) {
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(sibling(original, part), BasicFileAttributes.class);
        state.put(part, attributes.size() + " " + attributes.lastModifiedTime());
      } catch (NoSuchFileException e) {
        // this part is not there now
      }
    }
    return state;
  }

  static Path sibling(Path file, String part) {
    return file.resolveSibling(file.getFileName() + part);
  }
}
