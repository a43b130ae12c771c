package io.evalctl.operator.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/**
 * The program that plays the operator in another process: one command a line on its standard input,
 * one answer a line, {@code ok VALUE} or {@code error MESSAGE}.
 */
final class SqlWriter {
  private Connection connection;

  private SqlWriter() {}

  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    SqlWriter writer = new SqlWriter();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String answer;
      try {
        answer = "ok " + writer.answer(line);
      } catch (SQLException e) {
        answer = "error " + e.getMessage();
      }
      out.println(answer.replace('\n', ' '));
    }
  }

  private long answer(String line) throws SQLException {
    String[] words = line.split(" ", 3);
    switch (words[0]) {
      case "open" -> open(words[2], SQLiteConfig.JournalMode.valueOf(words[1]));
      case "sql" -> execute(line.substring("sql ".length()));
      case "tables" -> OperatorSchema.createTables(connection);
      case "timeout" -> execute("PRAGMA busy_timeout = " + words[1]);
      case "hammer" -> hammer(Integer.parseInt(words[1]), line.split(" ", 4));
      case "close" -> close();
      default -> throw new SQLException("no such command: " + line);
    }
    return System.nanoTime();
  }

  private void open(String file, SQLiteConfig.JournalMode mode) throws SQLException {
    close();
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(mode);
    config.setBusyTimeout(5_000);
    config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
    connection = config.createConnection("jdbc:sqlite:" + file);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs a statement many times, each a transaction, with a pause in milliseconds between. */
  private void hammer(int times, String[] words) throws SQLException {
    for (int i = 0; i < times; i++) {
      execute(words[3]);
      pause(Long.parseLong(words[2]));
    }
  }

  private static void pause(long millis) throws SQLException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new SQLException(e);
    }
  }

  private void close() throws SQLException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
