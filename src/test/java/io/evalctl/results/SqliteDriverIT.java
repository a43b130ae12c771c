package io.evalctl.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver is loaded once in a process, so this takes a process of its own. */
class SqliteDriverIT {
  @TempDir Path directory;

  /** As a signal that comes while a command opens its results. */
  @Test
  void anInterruptIsNotForgottenWhileTheDriverLoads() throws Exception {
    slowUname();
    File output = directory.resolve("output").toFile();
    ProcessBuilder opening =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                Opener.class.getName(),
                directory.resolve("eval.db").toString())
            .redirectErrorStream(true)
            .redirectOutput(output);
    opening.environment().merge("PATH", "", (path, none) -> directory + ":" + path);
    Process opener = opening.start();
    assertThat(opener.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).content().isEqualToIgnoringNewLines("interrupted: true");
  }

  /** Of a process that has ended already nobody waits. */
  private void slowUname() throws IOException {
    Path program = directory.resolve("uname");
    Files.writeString(
        program,
        "#!/bin/sh\nsleep 0.3\nPATH='%s' exec uname \"$@\"\n".formatted(System.getenv("PATH")));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) throws Exception {
      Thread.currentThread().interrupt();
      StoreFile.dataSource(Path.of(arguments[0]), StoreFile.Use.WRITE).getConnection().close();
      System.out.println("interrupted: " + Thread.interrupted());
    }
  }
}
