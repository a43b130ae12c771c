package io.evalctl.operator.database;

import io.evalctl.clock.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * A connection to an operator's database that never writes to it, never waits for a lock, and holds
 * none between two statements: the operator must not notice it. Not thread-safe.
 *
 * <p>The file itself is never opened but through SQLite: POSIX locks of a process end when it
 * closes any descriptor of the file.
 */
final class OperatorDatabase implements AutoCloseable {

  private static final int PRIMARY_CODE = 0xff;

  /** A greater file is not copied for the writer's sake. */
  private static final long MOST_COPIED_BYTES = 16 << 20;

  private final Path file;
  private final Object fileKey;
  private final DatabaseCopy copy;
  private final Connection connection;
  private final PreparedStatement dataVersion;
  private Long versionRead;

  private OperatorDatabase(Path file, Object fileKey, DatabaseCopy copy, Connection connection)
      throws SQLException {
    this.file = file;
    this.fileKey = fileKey;
    this.copy = copy;
    this.connection = connection;
    this.dataVersion = connection.prepareStatement("PRAGMA data_version");
  }

  /**
   * Opens it in place, or a copy where SQLite cannot make the files it needs beside it.
   *
   * @param copies where a copy is put
   * @throws NotReadableException when there is nothing that could be a database
   * @throws SQLException when SQLite says no
   */
  static OperatorDatabase open(Path file, Path copies, TimeSource time)
      throws NotReadableException, SQLException {
    Object fileKey = presentFile(file).fileKey();
    try {
      return opened(file, fileKey, null);
    } catch (SQLException e) {
      if (!inaccessible(e)) {
        throw e;
      }
      return openCopy(file, copies, time);
    }
  }

  /** Opens a copy, which takes no lock at all. */
  static OperatorDatabase openCopy(Path file, Path copies, TimeSource time)
      throws NotReadableException, SQLException {
    Object fileKey = presentFile(file).fileKey();
    DatabaseCopy copy = DatabaseCopy.take(file, copies, time);
    try {
      return opened(file, fileKey, copy);
    } catch (SQLException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  private static OperatorDatabase opened(Path file, Object fileKey, DatabaseCopy copy)
      throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(0);
    config.setReadOnly(copy == null);
    Path target = copy == null ? file : copy.file();
    Connection connection =
        config.createConnection("jdbc:sqlite:file:" + target.toAbsolutePath().toUri().getRawPath());
    try {
      OperatorDatabase database = new OperatorDatabase(file, fileKey, copy, connection);
      database.version();
      return database;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  Connection connection() {
    return connection;
  }

  boolean copied() {
    return copy != null;
  }

  /**
   * Whether a copy is the better way to read it. With a rollback journal a reader and a writer
   * exclude each other, so that the commit of an operator that does not wait for locks fails when
   * it meets a look.
   */
  boolean betterCopied() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
      mode.next();
      return !mode.getString(1).equals("wal") && file.toFile().length() <= MOST_COPIED_BYTES;
    }
  }

  /** Tells one file from another that took its place. */
  Object fileKey() {
    return fileKey;
  }

  /**
   * Whether this connection no longer shows what is at the path: the file was replaced, or the copy
   * is old.
   *
   * @throws NotReadableException when nothing is there any more
   */
  boolean outdated() throws NotReadableException {
    return !Objects.equals(fileKey, presentFile(file).fileKey()) || (copy != null && copy.stale());
  }

  /**
   * Whether another connection has committed since {@link #noteRead}. SQLite's data_version changes
   * with every commit of another connection, other processes' WAL commits included
   * (sqlite.org/pragma.html#pragma_data_version).
   *
   * @return the version that is to be noted when all has been read, or null when nothing is new
   */
  Long changed() throws SQLException {
    long version = version();
    return versionRead != null && versionRead == version ? null : version;
  }

  /** Notes that everything up to this version was read; null: nothing was. */
  void noteRead(Long version) {
    versionRead = version;
  }

  private long version() throws SQLException {
    try (ResultSet row = dataVersion.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** What an error of SQLite means for the reader of a message. */
  static String reason(SQLException e) {
    return switch (primary(e)) {
      case SQLITE_BUSY, SQLITE_LOCKED -> "is locked by another process";
      case SQLITE_NOTADB -> "is not a SQLite database";
      case SQLITE_CORRUPT -> "is damaged (" + e.getMessage() + ")";
      case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
          "cannot be opened (" + e.getMessage() + ")";
      default -> "cannot be read (" + e.getMessage() + ")";
    };
  }

  static boolean busy(SQLException e) {
    return primary(e) == SQLiteErrorCode.SQLITE_BUSY || primary(e) == SQLiteErrorCode.SQLITE_LOCKED;
  }

  private static boolean inaccessible(SQLException e) {
    return primary(e) == SQLiteErrorCode.SQLITE_CANTOPEN
        || primary(e) == SQLiteErrorCode.SQLITE_READONLY;
  }

  private static SQLiteErrorCode primary(SQLException e) {
    return SQLiteErrorCode.getErrorCode(e.getErrorCode() & PRIMARY_CODE);
  }

  private static BasicFileAttributes presentFile(Path file) throws NotReadableException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new NotReadableException("does not exist");
    } catch (IOException e) {
      throw new NotReadableException("cannot be looked at: " + e, e);
    }
    if (attributes.isDirectory()) {
      throw new NotReadableException("is a directory");
    }
    if (!Files.isReadable(file)) {
      throw new NotReadableException("may not be read by this user");
    }
    if (attributes.size() == 0) {
      throw new NotReadableException("is empty");
    }
    return attributes;
  }

  @Override
  public void close() {
    try {
      connection.close(); // and the statement with it
    } catch (SQLException e) {
      // nothing was written, so nothing is lost
    } finally {
      if (copy != null) {
        copy.close();
      }
    }
  }
}
