package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Loads a file of SQL, streamed, over a connection of its own. Each statement is a transaction of
 * its own unless the script says BEGIN, as with psql: a script may hold what no transaction allows,
 * and a database that a script has failed on is dropped anyway.
 */
final class SqlScript {
  /** Each statement goes to the server as it is, in one message. */
  static final Map<String, String> PROPERTIES =
      Map.of("preferQueryMode", "simple", "ApplicationName", "evalctl script");

  private static final Pattern COPY_LINE = Pattern.compile("^COPY .*, line (\\d+)", Pattern.DOTALL);

  private static final String WRONG_BYTES = "22021";

  private final Path file;
  private final BaseConnection connection;
  private final ScriptBytes bytes;
  private final ScriptReader reader;

  /** Whether the file's own encoding is known, whatever it says. */
  private final boolean recoded;

  private Charset encoding = StandardCharsets.UTF_8;

  /** What counts again after the transaction; null when nothing else counts now. */
  private Charset outer;

  private SqlScript(Path file, InputStream in, BaseConnection connection) {
    this.file = file;
    this.connection = connection;
    this.recoded = in instanceof RecodedInput;
    this.bytes = new ScriptBytes(in);
    this.reader = new ScriptReader(file, bytes, this::standardStrings);
  }

  /**
   * @param connection opened with {@link #PROPERTIES}; of no use afterwards
   * @throws EvalctlException FIXTURE_FAILED with file, line and the server's message
   */
  static void load(Path file, Connection connection) {
    try (InputStream in = ScriptFile.open(file)) {
      new SqlScript(file, in, connection.unwrap(BaseConnection.class)).load();
    } catch (NoSuchFileException e) {
      throw failed("there is no SQL file " + file, null, e);
    } catch (IOException e) {
      throw failed(file + " cannot be read: " + e, null, e);
    } catch (SQLException e) {
      throw failed(file + ": " + firstLine(e), null, e);
    }
  }

  private void load() throws IOException, SQLException {
    try {
      runAll();
    } catch (CharacterCodingException e) {
      throw failed(
          "%s, line %d: bytes that are no %s".formatted(file, reader.line(), encoding),
          "convert the file to UTF-8, or dump with --encoding=UTF8",
          e);
    }
  }

  private void runAll() throws IOException, SQLException {
    // A database that is thrown away need not wait for its disk.
    Sql.run(connection, "set synchronous_commit = off");
    ScriptStatement last = null;
    for (ScriptStatement next = reader.next(); next != null; next = reader.next()) {
      last = next;
      run(next);
    }
    if (connection.getTransactionState() != TransactionState.IDLE) {
      throw failed(
          file + ", line " + last.line() + ": the script ends inside a transaction",
          "end it with COMMIT",
          null);
    }
  }

  private void run(ScriptStatement statement) throws IOException {
    try {
      if (statement.copiesIn()) {
        copy(statement);
      } else if (statement.copiesOut()) {
        connection.getCopyAPI().copyOut(statement.text(), OutputStream.nullOutputStream());
      } else {
        Optional<ScriptSetting> setting = ScriptSetting.of(statement.text());
        if (setting.isEmpty() || !encode(setting.get())) {
          Sql.run(
              connection,
              setting.isPresent() && !setting.get().encoding()
                  ? setting.get().iso(statement.text())
                  : statement.text());
        }
      }
      if (outer != null && connection.getTransactionState() == TransactionState.IDLE) {
        encode(outer);
        outer = null;
      }
    } catch (SQLException e) {
      throw at(statement.line(), statement, e);
    }
  }

  /** Whether the server need not hear of it. */
  private boolean encode(ScriptSetting setting) {
    if (!setting.encoding() || setting.value() == null) {
      if (setting.encoding()) {
        encode(StandardCharsets.UTF_8);
      }
      return false;
    }
    Optional<Charset> charset =
        ScriptEncoding.of(setting.value(), connection.getParameterStatus("server_encoding"));
    if (charset.isEmpty()) {
      return false;
    }
    outer = setting.local() && outer == null ? encoding : setting.local() ? outer : null;
    encode(charset.get());
    return true;
  }

  private void encode(Charset charset) {
    if (!recoded && !charset.equals(encoding)) {
      bytes.encoding(charset);
      encoding = charset;
    }
  }

  private void copy(ScriptStatement statement) throws IOException, SQLException {
    CopyIn copy = connection.getCopyAPI().copyIn(statement.text());
    long[] begin = {statement.line() + statement.text().chars().filter(c -> c == '\n').count() + 1};
    try {
      reader.data(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] data, int from, int length) throws IOException {
              try {
                copy.writeToCopy(data, from, length);
              } catch (SQLException e) {
                throw new IOException(e);
              }
            }
          });
      copy.endCopy();
    } catch (SQLException e) {
      throw at(begin[0], statement, e);
    } catch (IOException e) {
      if (e.getCause() instanceof SQLException refused) {
        throw at(begin[0], statement, refused);
      }
      throw e;
    } finally {
      if (copy.isActive()) {
        cancel(copy);
      }
    }
  }

  private static void cancel(CopyIn copy) {
    try {
      copy.cancelCopy();
    } catch (SQLException e) {
      // it has failed already
    }
  }

  private boolean standardStrings() {
    return !"off".equals(connection.getParameterStatus("standard_conforming_strings"));
  }

  /** The server tells a position in the statement, or a line of a COPY's data. */
  private EvalctlException at(long fallback, ScriptStatement statement, SQLException e) {
    long line = fallback;
    ServerErrorMessage said =
        e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
    String text = firstLine(e);
    if (DatabaseError.vetoed(e)) {
      throw failed(
          file
              + ", line "
              + line
              + ": client_encoding or datestyle is set to what evalctl cannot follow",
          "set it in a statement of its own, not in a function or DO; dump with --encoding=UTF8",
          e);
    }
    if (said != null) {
      Matcher data = COPY_LINE.matcher(said.getWhere() == null ? "" : said.getWhere());
      if (statement.copiesIn() && data.find()) {
        line = fallback + Long.parseLong(data.group(1)) - 1;
      } else if (said.getPosition() > 0) {
        line = statement.lineAt(said.getPosition());
      }
      text = said.getMessage() + (said.getDetail() == null ? "" : " (" + said.getDetail() + ")");
    }
    return failed(file + ", line " + line + ": " + text, hint(text, e), e);
  }

  private static String hint(String text, SQLException e) {
    if (DatabaseError.roleExists(e)) {
      return DatabaseError.ROLES_STAY;
    }
    return DatabaseError.is(e, WRONG_BYTES)
        ? "the file is in another encoding than it says: name it with SET client_encoding, or dump"
            + " with --encoding=UTF8"
        : DataPlace.hint(text, null);
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static EvalctlException failed(String message, String hint, Exception cause) {
    return new EvalctlException(ErrorCode.FIXTURE_FAILED, message, hint, cause);
  }
}
