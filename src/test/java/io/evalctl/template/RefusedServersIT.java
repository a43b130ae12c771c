package io.evalctl.template;

import static io.evalctl.template.TestSessions.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that cannot serve, or that a pooler stands in front of. */
class RefusedServersIT {
  private static final Path POOLER = Path.of("/usr/sbin/pgbouncer");

  @TempDir static Path place;
  @TempDir Path directory;
  private static InstalledServer server;

  @BeforeAll
  static void start() {
    server = InstalledServer.in(place).start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aStandbyIsRefused() throws IOException {
    server.crash();
    Path mark = Files.writeString(server.data().resolve("standby.signal"), "");
    server.start();
    try {
      assertRefused(server.port(), "is a standby");
    } finally {
      server.crash();
      Files.delete(mark);
      server.start();
    }
  }

  @Test
  void aPoolerIsRefusedWhenItSharesSessions() throws IOException {
    assumeTrue(Files.isExecutable(POOLER), "there is no " + POOLER);
    withPooler("transaction", port -> assertRefused(port, "a pooler that shares sessions"));
    withPooler(
        "session",
        port -> {
          Path migrations = sessions(port).migrations("V1__a.sql", "create table a (n int);");
          try (TemplateDatabase database = sessions(port).open(false, 0);
              CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
            assertThat(TestSessions.query(lease, "select count(*) from a")).isEqualTo("0");
          }
        });
    assertThat(server.databases()).isEmpty();
  }

  private interface OnPort {
    void use(int port);
  }

  private void withPooler(String mode, OnPort test) throws IOException {
    int port = server.port() < 60_000 ? server.port() + 1 : server.port() - 1;
    Path file =
        Files.writeString(
            directory.resolve("pooler.ini"),
            """
            [databases]
            * = host=127.0.0.1 port=%d user=me
            [pgbouncer]
            listen_addr=127.0.0.1
            listen_port=%d
            unix_socket_dir=
            auth_type=any
            pool_mode=%s
            ignore_startup_parameters=extra_float_digits
            """
                .formatted(server.port(), port, mode));
    Files.setPosixFilePermissions(
        directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    Process pooler =
        new ProcessBuilder(POOLER.toString(), "-q", "-u", "postgres", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("pooler.log").toFile())
            .start();
    try {
      Scratch.await("the pooler", () -> !pooler.isAlive() || listens(port));
      test.use(port);
    } finally {
      pooler.destroy();
      Scratch.await("the pooler's end", () -> !pooler.isAlive());
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void assertRefused(int port, String why) {
    try (TemplateDatabase database = sessions(port).open()) {
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_REFUSED))
          .hasMessageContaining(why)
          .hasMessageContaining(":" + port);
    }
  }

  private TestSessions sessions(int port) {
    return new TestSessions(
        new ServerChoice.External(
            new ServerAddress("127.0.0.1", port, "postgres", "me", null, Map.of())),
        directory);
  }
}
