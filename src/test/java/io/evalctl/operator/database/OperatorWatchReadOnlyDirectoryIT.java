package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A database in a directory that the watching process may not write to. Root may write everywhere,
 * so the process gives up root's privileges.
 */
class OperatorWatchReadOnlyDirectoryIT extends WatchTests {
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private Path data;
  private Path temporary;
  private Process probe;

  @BeforeEach
  void makeDirectories() throws IOException {
    assumeTrue(
        !ROOT || Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "needs setpriv (util-linux) to give up root's privileges");
    data = Files.createDirectory(directory.resolve("data"));
    temporary = Files.createDirectory(directory.resolve("tmp"));
    file = data.resolve("operator.db");
  }

  @AfterEach
  void endProbe() throws IOException {
    if (probe != null) {
      probe.destroyForcibly().onExit().join();
    }
    if (data != null) {
      protect(false);
    }
  }

  @Test
  void aWalDatabaseIsReadFromCopies() throws Exception {
    writer.open(file).withTables();
    writer.closeDatabase();
    protect(true);
    BufferedReader said = startProbe();
    assertThat(said.readLine()).isEqualTo("ready");
    assertThat(data).isDirectoryNotContaining(path -> !path.equals(file));

    write("INSERT INTO tickets (status) VALUES ('open')");
    assertThat(said.readLine()).isEqualTo("ticket 1");
    write("UPDATE tickets SET status = 'resolved'");
    assertThat(said.readLine()).isEqualTo("status resolved");
    assertThat(probe.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(temporary).isDirectoryNotContaining("glob:**evalctl-operator*");
  }

  @Test
  void aDatabaseThatMayNotBeReadIsToldAtTheDeadline() throws Exception {
    writer.open(file).withTables();
    writer.closeDatabase();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    BufferedReader said = startProbe("1");

    assertThat(said.readLine()).contains(file + " may not be read by this user");
  }

  private void write(String sql) throws IOException {
    protect(false);
    writer.open(file);
    writer.sql(sql);
    writer.closeDatabase();
    protect(true);
  }

  /** The privileged writer of these tests needs no leave; another one is given it for a moment. */
  private void protect(boolean on) throws IOException {
    String mode = on || ROOT ? "r-xr-xr-x" : "rwxr-xr-x";
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString(mode));
  }

  private BufferedReader startProbe(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (ROOT) {
      command.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            WatchProbe.class.getName(),
            file.toString()));
    command.addAll(List.of(arguments));
    probe = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return probe.inputReader(StandardCharsets.UTF_8);
  }
}
