package io.evalctl.results;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The file behind the results store: tells ours from others' before a byte of it is written, and
 * migrates it. The header's layout is in https://www.sqlite.org/fileformat2.html, section 1.3.
 */
final class StoreFile {
  static final int APPLICATION_ID = 0x4556414c; // "EVAL"
  static final int SCHEMA_VERSION = 1;
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** Another evalctl that is just making the file has made Flyway's table first. */
  private static final String FOREIGN_TABLES =
      "select count(*) from sqlite_schema where type = 'table'"
          + " and name <> 'flyway_schema_history' and name not like 'sqlite\\_%' escape '\\'";

  private static final int HEADER_BYTES = 100;
  private static final int BUSY_TIMEOUT_MS = 10_000;
  private static final long QUICK_CHECK_LIMIT_BYTES = 64L << 20;

  /** What a connection is for. */
  enum Use {
    WRITE,
    /** It writes nothing, but may tidy up after itself what SQLite makes beside the file. */
    LOOK,
    /** It cannot write. */
    READ
  }

  private StoreFile() {}

  /** Opens the store for writing; makes it where there is none. */
  static Connection open(Path file) {
    refuseForeignHeader(file);
    boolean fresh = isEmpty(file);
    createDirectory(file);
    try {
      if (!fresh) {
        check(file, file);
      }
      return openAndMigrate(file);
    } catch (SQLException e) {
      throw failure(file, e);
    } catch (FlywayException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "results store " + file + " could not be prepared: " + firstLine(e.getMessage()),
          "give another file with --db",
          e);
    }
  }

  static Connection openAndMigrate(Path file) throws SQLException {
    SQLiteDataSource source = dataSource(file, Use.WRITE);
    Connection connection = source.getConnection();
    try {
      migrate(connection, source);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Turns SQLite's error into ours. */
  static EvalctlException failure(Path file, SQLException e) {
    SQLiteErrorCode code =
        e instanceof SQLiteException sqlite
            ? sqlite.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    return switch (code.code & 0xff) {
      case 5, 6 ->
          new EvalctlException(
              ErrorCode.RESULTS_BUSY,
              "results store " + file + " stayed locked for " + BUSY_TIMEOUT_MS / 1000 + "s",
              "another program holds it: end that, or give another file with --db",
              e);
      case 11, 26 -> corrupt(file, firstLine(e.getMessage()), e);
      case 13 ->
          new EvalctlException(
              ErrorCode.FILE_UNWRITABLE,
              "results store " + file + " cannot grow: the disk is full",
              "make room, then continue with --resume",
              e);
      default ->
          new EvalctlException(
              ErrorCode.FILE_UNWRITABLE,
              "results store " + file + ": " + firstLine(e.getMessage()),
              "check the file and its directory, or give another one with --db",
              e);
    };
  }

  static void refuseForeignHeader(Path file) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        // reads on
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "results store " + file + " cannot be read: " + reason(e),
          "give another file with --db",
          e);
    }
    header.flip();
    if (header.remaining() == 0) {
      return;
    }
    byte[] magic = new byte[Math.min(MAGIC.length, header.remaining())];
    header.get(magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw foreign(file, "it is no SQLite database");
    }
  }

  static boolean isEmpty(Path file) {
    try {
      return Files.size(file) == 0;
    } catch (IOException e) {
      return true;
    }
  }

  private static void createDirectory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(parent);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "directory " + parent + " cannot be made: " + reason(e),
          "set HOME or XDG_DATA_HOME to a directory that can be written to, or give another file"
              + " with --db",
          e);
    }
  }

  /**
   * Looks through a connection of its own that cannot write, so that a refused file stays as it is.
   *
   * @param named what the user calls it
   */
  static void check(Path file, Path named) throws SQLException {
    try (Connection reader = dataSource(file, Use.READ).getConnection()) {
      long tables = count(reader, FOREIGN_TABLES);
      int application = pragma(reader, "application_id");
      if (application != APPLICATION_ID && tables > 0) {
        throw foreign(named, "it belongs to another program");
      }
      int version = pragma(reader, "user_version");
      if (version > SCHEMA_VERSION) {
        throw new EvalctlException(
            ErrorCode.RESULTS_NEWER,
            "results store %s has schema version %d; this evalctl knows %d"
                .formatted(named, version, SCHEMA_VERSION),
            "use a newer evalctl, or give another file with --db");
      }
      if (Files.size(file) <= QUICK_CHECK_LIMIT_BYTES) {
        quickCheck(reader, named);
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "results store " + named + ": " + reason(e), null, e);
    }
  }

  private static void quickCheck(Connection reader, Path file) throws SQLException {
    try (Statement statement = reader.createStatement();
        ResultSet rows = statement.executeQuery("pragma quick_check(1)")) {
      String answer = rows.next() ? rows.getString(1) : "no answer";
      if (!answer.equals("ok")) {
        throw corrupt(file, firstLine(answer), null);
      }
    }
  }

  static SQLiteDataSource dataSource(Path file, Use use) {
    SqliteDriver.load();
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(use == Use.READ);
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    if (use == Use.WRITE) {
      config.enforceForeignKeys(true);
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    }
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }

  private static void migrate(Connection connection, SQLiteDataSource source) throws SQLException {
    if (pragma(connection, "user_version") >= SCHEMA_VERSION) {
      return;
    }
    try {
      migrate(source);
    } catch (FlywayException e) {
      // Another evalctl may have been faster, which is as good.
      if (pragma(connection, "user_version") < SCHEMA_VERSION) {
        throw e;
      }
    }
  }

  private static void migrate(SQLiteDataSource source) {
    Flyway.configure(StoreFile.class.getClassLoader())
        .dataSource(source)
        .locations("classpath:io/evalctl/results/migration")
        .baselineOnMigrate(false)
        .cleanDisabled(true)
        .loggers("slf4j")
        .load()
        .migrate();
  }

  static int pragma(Connection connection, String name) throws SQLException {
    return (int) count(connection, "pragma " + name);
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static EvalctlException foreign(Path file, String why) {
    return new EvalctlException(
        ErrorCode.RESULTS_FOREIGN,
        "file " + file + " is not a results store of evalctl: " + why,
        "give another file with --db; this one is untouched");
  }

  private static EvalctlException corrupt(Path file, String why, Exception cause) {
    return new EvalctlException(
        ErrorCode.RESULTS_CORRUPT,
        "results store " + file + " is corrupt: " + why,
        "restore it from a copy, or give another file with --db; this one is untouched",
        cause);
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }

  private static String firstLine(String text) {
    return text == null ? "no reason given" : text.lines().findFirst().orElse("");
  }
}
