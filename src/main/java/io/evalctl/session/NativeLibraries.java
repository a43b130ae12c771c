package io.evalctl.session;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Where SQLite's driver unpacks its native library: into evalctl's cache instead of the machine's
 * temporary directory, since a process that is killed leaves its copy behind.
 */
public final class NativeLibraries {
  private static final String DIRECTORY_PROPERTY = "org.sqlite.tmpdir";
  private static final String COPIES = "sqlite-*";

  /** A younger copy may be about to be loaded; one that is loaded can be deleted all the same. */
  private static final Duration OLD = Duration.ofMinutes(10);

  private NativeLibraries() {}

  /** Call before the driver is first used. Where the cache cannot be written nothing changes. */
  public static void unpackInto(Path cache, Instant now) {
    Path directory = cache.resolve("native");
    try {
      Files.createDirectories(directory);
      if (!Files.isWritable(directory)) {
        return;
      }
      System.setProperty(DIRECTORY_PROPERTY, directory.toString());
      removeOld(directory, now);
    } catch (IOException e) {
      // Another evalctl may be clearing up as well; what is left is cleared next time.
      return;
    }
  }

  private static void removeOld(Path directory, Instant now) throws IOException {
    try (DirectoryStream<Path> copies = Files.newDirectoryStream(directory, COPIES)) {
      for (Path copy : copies) {
        if (Files.getLastModifiedTime(copy).toInstant().isBefore(now.minus(OLD))) {
          Files.deleteIfExists(copy);
        }
      }
    }
  }
}
