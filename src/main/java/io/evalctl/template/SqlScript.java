package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
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

  private final Path file;
  private final BaseConnection connection;

  private SqlScript(Path file, BaseConnection connection) {
    this.file = file;
    this.connection = connection;
  }

  /**
   * @param connection opened with {@link #PROPERTIES}; of no use afterwards
   * @throws EvalctlException FIXTURE_FAILED with file, line and the server's message
   */
  static void load(Path file, Connection connection) {
    try (InputStream in = Files.newInputStream(file)) {
      new SqlScript(file, connection.unwrap(BaseConnection.class)).load(in);
    } catch (NoSuchFileException e) {
      throw failed("there is no SQL file " + file, null, e);
    } catch (IOException e) {
      throw failed(file + " cannot be read: " + e, null, e);
    } catch (SQLException e) {
      throw failed(file + ": " + firstLine(e), null, e);
    }
  }

  private void load(InputStream in) throws IOException, SQLException {
    ScriptReader reader = new ScriptReader(file, new ScriptBytes(in), this::standardStrings);
    // A database that is thrown away need not wait for its disk.
    Sql.run(connection, "set synchronous_commit = off");
    ScriptStatement last = null;
    for (ScriptStatement next = reader.next(); next != null; next = reader.next()) {
      last = next;
      run(next, reader);
    }
    if (connection.getTransactionState() != TransactionState.IDLE) {
      throw failed(
          file + ", line " + last.line() + ": the script ends inside a transaction",
          "end it with COMMIT",
          null);
    }
  }

  private void run(ScriptStatement statement, ScriptReader reader) throws IOException {
    try {
      if (statement.copiesIn()) {
        copy(statement, reader);
      } else {
        Sql.run(connection, statement.text());
      }
    } catch (SQLException e) {
      throw at(statement.line(), statement, e);
    }
  }

  private void copy(ScriptStatement statement, ScriptReader reader)
      throws IOException, SQLException {
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
    if (said != null) {
      Matcher data = COPY_LINE.matcher(said.getWhere() == null ? "" : said.getWhere());
      if (statement.copiesIn() && data.find()) {
        line = fallback + Long.parseLong(data.group(1)) - 1;
      } else if (said.getPosition() > 0) {
        line = statement.lineAt(said.getPosition());
      }
      text = said.getMessage() + (said.getDetail() == null ? "" : " (" + said.getDetail() + ")");
    }
    return failed(file + ", line " + line + ": " + text, DataPlace.hint(text, null), e);
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static EvalctlException failed(String message, String hint, Exception cause) {
    return new EvalctlException(ErrorCode.FIXTURE_FAILED, message, hint, cause);
  }
}
