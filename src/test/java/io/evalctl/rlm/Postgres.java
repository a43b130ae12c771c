package io.evalctl.rlm;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL server with a role for the model that owns its database and nothing else. */
final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  /**
   * @param directory for everything that it writes
   */
  Postgres(Path directory) throws IOException, SQLException {
    server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
            .setDataDirectory(directory.resolve("data"))
            .setServerConfig("fsync", "off")
            .start();
    run(superuser(), "create role model login");
  }

  /** An empty database of this name. */
  Database database(String name) throws SQLException {
    run(superuser(), "drop database if exists " + name, "create database " + name + " owner model");
    String url = server.getJdbcUrl("model", name);
    return () -> DriverManager.getConnection(url);
  }

  /** A connection that no model-written SQL may ever get. */
  Connection superuser() throws SQLException {
    return DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
  }

  static void run(Connection connection, String... statements) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static void runFile(Database database, Path file) throws SQLException, IOException {
    run(database.connect(), Files.readString(file));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
