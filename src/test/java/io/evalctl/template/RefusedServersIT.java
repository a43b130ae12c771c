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
import java.util.function.Consumer;
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
      assertRefused(server.address(), "is a standby");
    } finally {
      server.crash();
      Files.delete(mark);
      server.start();
    }
  }

  @Test
  void aPoolerIsRefusedWhenItSharesSessions() throws IOException {
    assumeTrue(Files.isExecutable(POOLER), "there is no " + POOLER);
    withPooler("transaction", pooler -> assertRefused(pooler, "a pooler that shares sessions"));
    withPooler(
        "session",
        pooler -> {
          Path migrations = sessions(pooler).migrations("V1__a.sql", "create table a (n int);");
          try (TemplateDatabase database = sessions(pooler).open(false, 0);
              CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
            assertThat(TestSessions.query(lease, "select count(*) from a")).isEqualTo("0");
          }
        });
    assertThat(server.databases()).isEmpty();
  }

  private void withPooler(String mode, Consumer<ServerAddress> test) throws IOException {
    ServerAddress address = server.address();
    ServerAddress front =
        new ServerAddress(address.host(), address.port() + 1, "postgres", "me", null, Map.of());
    Path log = directory.resolve("pooler.log");
    Path file =
        Files.writeString(
            directory.resolve("pooler.ini"),
            """
            [databases]
            * = host=%s port=%d user=me
            [pgbouncer]
            listen_addr=%s
            listen_port=%d
            unix_socket_dir=
            auth_type=any
            pool_mode=%s
            ignore_startup_parameters=extra_float_digits
            """
                .formatted(address.host(), address.port(), front.host(), front.port(), mode));
    Files.setPosixFilePermissions(
        directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    Process pooler =
        new ProcessBuilder(POOLER.toString(), "-u", "postgres", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Scratch.await("the pooler", () -> !pooler.isAlive() || listens(front));
      assertThat(pooler.isAlive()).as(Files.readString(log)).isTrue();
      test.accept(front);
    } finally {
      pooler.destroy();
      Scratch.await("the pooler's end", () -> !pooler.isAlive());
    }
  }

  private static boolean listens(ServerAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void assertRefused(ServerAddress address, String why) {
    try (TemplateDatabase database = sessions(address).open()) {
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .hasMessageContaining(why)
          .hasMessageContaining(address.label())
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_REFUSED));
    }
  }

  private TestSessions sessions(ServerAddress address) {
    return new TestSessions(new ServerChoice.External(address), directory);
  }
}
