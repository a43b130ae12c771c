package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL that evalctl brings along, unpacked once per version into the cache.
 *
 * @param directory holds bin, lib and share
 */
record PostgresBinaries(Path directory) {
  private static final int OWNER_EXECUTE = 0100;

  /** The version and platform: {@code 18.6.0-linux-amd64}. */
  static String label() {
    return version()
        + "-"
        + System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT)
        + "-"
        + System.getProperty("os.arch");
  }

  static String version() {
    Properties properties = new Properties();
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("postgres.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return properties.getProperty("version");
  }

  Path program(String name) {
    return directory.resolve("bin").resolve(name);
  }

  /** Whether they are unpacked already. */
  static boolean unpacked(Path base) {
    return Files.isExecutable(new PostgresBinaries(place(base)).program("postgres"));
  }

  /**
   * Unpacks them where they are not yet. Several processes may do so at the same time: the last
   * step is a rename.
   *
   * @param base the directory of everything embedded
   * @param scratch makes a directory of this run's own on the same file system
   */
  static PostgresBinaries unpack(Path base, Supplier<Path> scratch) {
    Path place = place(base);
    if (!unpacked(base)) {
      try {
        Path fresh = Files.createDirectory(scratch.get().resolve("binaries"));
        try (InputStream archive = archive()) {
          extract(archive, fresh);
        }
        move(fresh, place);
      } catch (IOException e) {
        throw new EvalctlException(
            ErrorCode.POSTGRES_START,
            "the embedded PostgreSQL cannot be unpacked to " + place + ": " + e,
            "make room, or set XDG_CACHE_HOME to a directory that can be written to",
            e);
      }
    }
    return new PostgresBinaries(place);
  }

  /** Renames a finished directory; another process may have been faster, which is as good. */
  static void move(Path fresh, Path place) throws IOException {
    try {
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      // as good
    } catch (java.nio.file.FileSystemException e) {
      if (!Files.isDirectory(place)) {
        throw e;
      }
    }
  }

  private static Path place(Path base) {
    return base.resolve(label());
  }

  /** Whether evalctl brings them along for this platform. */
  static boolean offered() {
    try (InputStream archive = archive()) {
      return archive != null;
    } catch (EvalctlException | IOException e) {
      return false;
    }
  }

  private static InputStream archive() {
    try {
      return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
          System.getProperty("os.name"), System.getProperty("os.arch"));
    } catch (IOException | RuntimeException e) {
      throw new EvalctlException(
          ErrorCode.POSTGRES_START,
          "there is no embedded PostgreSQL for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"),
          "name a server with --pg",
          e);
    }
  }

  private static void extract(InputStream archive, Path directory) throws IOException {
    try (TarArchiveInputStream entries =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
      for (TarArchiveEntry entry = entries.getNextEntry();
          entry != null;
          entry = entries.getNextEntry()) {
        Path target = directory.resolve(entry.getName()).normalize();
        if (!target.startsWith(directory)) {
          throw new IOException("entry " + entry.getName() + " leads out of the archive");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
          Files.copy(entries, target);
          if ((entry.getMode() & OWNER_EXECUTE) != 0) {
            target.toFile().setExecutable(true, false);
          }
        }
      }
    }
  }
}
