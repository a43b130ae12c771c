package io.evalctl.operator.database;

import io.evalctl.clock.TimeSource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;

/**
 * Keeps the best connection there is to the database at a path: to the file itself or to a copy,
 * and to a new one when the file was replaced. Not thread-safe.
 */
final class DatabaseAccess implements AutoCloseable {

  /** After so many copies that the writer spoilt, one look is taken in place. */
  private static final int MOST_FAILED_COPIES = 8;

  private final Path file;
  private final Path copies;
  private final TimeSource time;
  private OperatorDatabase database;
  private Object fileKey;
  private boolean replaced;

  /** Whether a copy is to be read rather than the file itself. */
  private boolean copying;

  private int failedCopies;

  /**
   * @param copies directory for a copy, where one is needed
   */
  DatabaseAccess(Path file, Path copies, TimeSource time) {
    this.file = file;
    this.copies = copies;
    this.time = time;
  }

  /**
   * The connection, opened if need be. One that was returned before may be closed by this.
   *
   * @throws NotReadableException when there is nothing to be read
   * @throws SQLException when SQLite says no
   */
  OperatorDatabase database() throws NotReadableException, SQLException {
    try {
      if (database != null && (database.outdated() || (copying && !database.copied()))) {
        close();
      }
      if (database == null) {
        open();
      }
      failedCopies = 0;
      return database;
    } catch (NotReadableException e) {
      failedCopies++;
      close();
      throw e;
    }
  }

  private void open() throws NotReadableException, SQLException {
    OperatorDatabase opened =
        copying && failedCopies < MOST_FAILED_COPIES
            ? OperatorDatabase.openCopy(file, copies, time)
            : OperatorDatabase.open(file, copies, time);
    try {
      copying = opened.betterCopied();
    } catch (SQLException e) {
      opened.close();
      throw e;
    }
    replaced |= fileKey != null && !Objects.equals(fileKey, opened.fileKey());
    fileKey = opened.fileKey();
    database = opened;
  }

  /** Whether the file was replaced since this was last asked. */
  boolean takeReplaced() {
    boolean answer = replaced;
    replaced = false;
    return answer;
  }

  /** Has the next look read what is there, even if the file system's clock hides a change. */
  void dropCopy() {
    if (database != null && database.copied()) {
      close();
    }
  }

  /** Ends the connection; {@link #database()} opens another. */
  @Override
  public void close() {
    if (database != null) {
      database.close();
      database = null;
    }
  }
}
