package io.evalctl.operator.database;

import io.evalctl.clock.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A copy of a database that cannot be read in place, or should not be: SQLite needs a place beside
 * the file for the shared memory of a WAL database, and it locks one with a rollback journal. Made
 * of the file and its log or journal, it lives in a directory of its own until it is closed. One
 * that was taken in the middle of a transaction has the journal to undo it. Not thread-safe.
 */
final class DatabaseCopy implements AutoCloseable {

  private static final List<String> PARTS = List.of("", "-wal", "-journal");

  private static final int MOST_ATTEMPTS = 5;

  /** Two writes within one tick of the file system's clock cannot be told apart. */
  private static final Duration CLOCK_TICK = Duration.ofMillis(50);

  private record Stamp(long size, FileTime modified) {}

  private final Path original;
  private final Path directory;
  private final Map<String, Stamp> stamps;
  private final Instant taken;
  private final TimeSource time;

  private DatabaseCopy(Path original, Path directory, TimeSource time) throws IOException {
    this.original = original;
    this.directory = directory;
    this.time = time;
    this.taken = time.now();
    this.stamps = stamps(original);
  }

  /**
   * Takes one, at the first quiet moment.
   *
   * @param place where its directory is made
   * @throws NotReadableException when the database was written all the while, or cannot be read
   */
  static DatabaseCopy take(Path original, Path place, TimeSource time) throws NotReadableException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Optional<DatabaseCopy> copy = attempt(original, place, time);
      if (copy.isPresent()) {
        return copy.get();
      }
    }
    throw new NotReadableException("is written while it is copied");
  }

  private static Optional<DatabaseCopy> attempt(Path original, Path place, TimeSource time)
      throws NotReadableException {
    DatabaseCopy copy = null;
    boolean good = false;
    try {
      copy = new DatabaseCopy(original, Files.createTempDirectory(place, "operator-db"), time);
      for (String part : copy.stamps.keySet()) {
        Files.copy(sibling(original, part), sibling(copy.file(), part));
      }
      good = copy.stamps.equals(stamps(original));
      return good ? Optional.of(copy) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new NotReadableException("can neither be read in place nor copied: " + e, e);
    } finally {
      if (copy != null && !good) {
        copy.close();
      }
    }
  }

  Path file() {
    return directory.resolve("copy.db");
  }

  /** Whether the original differs by now, or may. */
  boolean stale() throws NotReadableException {
    try {
      Map<String, Stamp> now = stamps(original);
      Instant settled =
          now.values().stream()
              .map(stamp -> stamp.modified().toInstant())
              .max(Instant::compareTo)
              .orElse(Instant.MIN)
              .plus(CLOCK_TICK);
      return !stamps.equals(now) || (taken.isBefore(settled) && time.now().isAfter(settled));
    } catch (IOException e) {
      throw new NotReadableException("cannot be looked at: " + e, e);
    }
  }

  private static Map<String, Stamp> stamps(Path original) throws IOException {
    Map<String, Stamp> stamps = new TreeMap<>();
    for (String part : PARTS) {
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(sibling(original, part), BasicFileAttributes.class);
        stamps.put(part, new Stamp(attributes.size(), attributes.lastModifiedTime()));
      } catch (NoSuchFileException e) {
        // this part is not there now
      }
    }
    return stamps;
  }

  private static Path sibling(Path file, String part) {
    return file.resolveSibling(file.getFileName() + part);
  }

  @Override
  public void close() {
    List<String> names = new ArrayList<>(PARTS);
    names.add("-shm");
    try {
      for (String part : names) {
        Files.deleteIfExists(sibling(file(), part));
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // a file left in the temporary directory does no harm
    }
  }
}
