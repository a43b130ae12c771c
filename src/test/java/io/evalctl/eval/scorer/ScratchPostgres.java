package io.evalctl.eval.scorer;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A real PostgreSQL server for a test class, gone with it. */
final class ScratchPostgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  ScratchPostgres(Path directory) throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
            .setDataDirectory(directory.resolve("data"))
            .setServerConfig("fsync", "off")
            .setServerConfig("TimeZone", "Asia/Kathmandu")
            .start();
  }

  Connection connect() {
    return connect("postgres");
  }

  int port() {
    return server.getPort();
  }

  Connection connect(String database) {
    try {
      return server.getDatabase("postgres", database).getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
