package io.evalctl.results;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Opens a store that stays as it is. */
final class StoreReading {
  private StoreReading() {}

  /**
   * Opens the store to read it alone: nothing is written, made or migrated in its place. Where it
   * cannot be read as it is (SQLite would have to write beside it, its schema is an older one), a
   * copy is.
   */
  static Connection open(Path file) {
    if (!Files.exists(file)) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "there is no results store " + file,
          "run a campaign or an eval first, or name the store with --db");
    }
    StoreFile.refuseForeignHeader(file);
    Optional<Connection> inPlace = readInPlace(file);
    return inPlace.isPresent() ? inPlace.get() : readCopy(file);
  }

  /** Empty when SQLite cannot, or would leave files that are not their owner's to write. */
  private static Optional<Connection> readInPlace(Path file) {
    boolean writable =
        Files.isWritable(file) && Files.isWritable(file.toAbsolutePath().getParent());
    if (StoreFile.isEmpty(file) || !writable && !Files.exists(StoreCopy.sibling(file, "-shm"))) {
      return Optional.empty();
    }
    try {
      StoreFile.check(file, file);
      Connection connection =
          StoreFile.dataSource(file, writable ? StoreFile.Use.LOOK : StoreFile.Use.READ)
              .getConnection();
      if (StoreFile.pragma(connection, "user_version") == StoreFile.SCHEMA_VERSION) {
        return Optional.of(connection);
      }
      connection.close();
      return Optional.empty();
    } catch (SQLException e) {
      if (writable) {
        throw StoreFile.failure(file, e);
      }
      return Optional.empty();
    }
  }

  private static Connection readCopy(Path file) {
    StoreCopy copy = StoreCopy.take(file);
    try {
      if (!StoreFile.isEmpty(copy.file())) {
        StoreFile.check(copy.file(), file);
      }
      Connection connection = StoreFile.openAndMigrate(copy.file());
      // Reads once, so that whatever it needs is open before the names are gone.
      StoreFile.pragma(connection, "user_version");
      return connection;
    } catch (SQLException e) {
      throw StoreFile.failure(file, e);
    } finally {
      copy.delete();
    }
  }
}
