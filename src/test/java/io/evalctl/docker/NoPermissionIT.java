package io.evalctl.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user who may not use the engine's socket, seen from the built jar. */
class NoPermissionIT {
  private static final int NOBODY = 65534;

  @TempDir Path directory;

  @Test
  void theUserIsToldWhoMay() throws Exception {
    List<String> user =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    assumeTrue(run(user, "test", "-x", java).exitValue() == 0, "root and setpriv are needed");
    Path jar = Files.copy(Path.of("target/evalctl.jar"), directory.resolve("evalctl.jar"));
    Files.setAttribute(directory, "unix:uid", NOBODY);
    Path socket = directory.resolve("engine.sock");
    try (ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      engine.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("r--r--r--"));
      Process end =
          run(
              user,
              java,
              "-jar",
              jar.toString(),
              "campaign",
              "--subject",
              "etcd",
              "--chaos",
              "node-kill",
              "--dry-run");
      String said = Files.readString(output());
      assertThat(end.exitValue()).as(said).isEqualTo(4);
      assertThat(said)
          .contains("unix://" + socket, "Permission denied", "group 'docker'")
          .doesNotContain("\tat ");
    }
  }

  private Path output() {
    return directory.resolve("output");
  }

  private Process run(List<String> user, String... command) throws IOException {
    List<String> words = new ArrayList<>(user);
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.redirectOutput(output().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("EVALCTL_"));
    builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("TMPDIR", directory.toString());
    builder.environment().put("DOCKER_HOST", "unix://" + directory.resolve("engine.sock"));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
    }
    return process;
  }
}
