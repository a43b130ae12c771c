package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where embedded servers keep their data while they run. PostgreSQL makes some three hundred files
 * for each database, which takes most disks longer than all else; and all of it is thrown away. So
 * memory serves where there is plenty of it. Stateless.
 */
final class DataPlace {
  /** For messages: how a user says where. */
  static final String SETTING = "--pg-dir (EVALCTL_PG_DIR)";

  /** When room runs out. */
  static final String MAKE_ROOM =
      "the server's disk is full: make room, or give evalctl's own server another directory with "
          + SETTING;

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "evalctl-postgres-";

  /**
   * What a file system in memory offers, in bytes.
   *
   * @param free of its own size
   * @param memory what the machine, or the container, can still give
   */
  record Room(long size, long free, long memory) {
    private static final long ENOUGH = 4L << 30;

    boolean plenty() {
      return Math.min(free, memory) >= ENOUGH && free >= size / 2;
    }
  }

  private DataPlace() {}

  /**
   * What to do about a failure.
   *
   * @param said by PostgreSQL, a program or Java: each of them hands on the words of the C library
   * @param otherwise when it was no lack of room
   */
  static String hint(String said, String otherwise) {
    return full(said) ? MAKE_ROOM : otherwise;
  }

  static boolean full(String said) {
    return said.contains("No space left on device");
  }

  /**
   * A directory for one server's data, which does not exist yet; empty when it belongs in the
   * cache.
   *
   * @param chosen the user's choice of its parent, or null
   * @param id the server's
   * @throws EvalctlException POSTGRES_START when the user's choice will not do
   */
  static Optional<Path> find(Path chosen, LaunchUser user, String id) {
    if (chosen != null) {
      return Optional.of(usable(chosen.toAbsolutePath(), user).resolve(PREFIX + id));
    }
    return inMemory()
        .filter(place -> reached(place, user))
        .map(place -> place.resolve(PREFIX + id));
  }

  /** The file system in memory, where evalctl takes it by itself. */
  static Optional<Path> inMemory() {
    try {
      if (!Files.isWritable(MEMORY)) {
        return Optional.empty();
      }
      FileStore store = Files.getFileStore(MEMORY);
      long memory = new AvailableMemory(DataPlace::text).bytes();
      Room room = new Room(store.getTotalSpace(), store.getUsableSpace(), memory);
      return store.type().equals("tmpfs") && room.plenty() ? Optional.of(MEMORY) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path usable(Path chosen, LaunchUser user) {
    try {
      Files.createDirectories(chosen);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.POSTGRES_START,
          "the embedded PostgreSQL's directory " + chosen + " cannot be made: " + e,
          "name another with " + SETTING,
          e);
    }
    if (!reached(chosen, user)) {
      throw new EvalctlException(
          ErrorCode.POSTGRES_START,
          "account "
              + user.account()
              + ", who runs the embedded PostgreSQL, cannot reach "
              + chosen,
          "let others pass through its parents, or name another with " + SETTING,
          null);
    }
    return chosen;
  }

  private static boolean reached(Path place, LaunchUser user) {
    try {
      return user.reaches(place);
    } catch (IOException e) {
      return false;
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
