package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process with a pool of one, whose sandbox runs code, until it is killed. */
final class PoolHolder {
  private PoolHolder() {}

  /** Returns when the code runs. */
  static Process start(Path directory, Backend backend, String run) throws IOException {
    Path begun = directory.resolve("begun");
    Process process =
        new ProcessBuilder(
                List.of(
                    Running.java().toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PoolHolder.class.getName(),
                    backend.name(),
                    run,
                    begun.toString()))
            .redirectOutput(new File("/dev/null"))
            .redirectError(directory.resolve("err").toFile())
            .start();
    Scratch.await("the holder's sandbox", () -> Files.exists(begun) || !process.isAlive());
    if (!process.isAlive()) {
      throw new AssertionError(Files.readString(directory.resolve("err")));
    }
    return process;
  }

  public static void main(String[] arguments) throws IOException {
    TimeSource time = TimeSource.system();
    ContainerPool pool =
        Sandboxes.open(
            SandboxSettings.of(Backend.valueOf(arguments[0]), 1, arguments[1]),
            System.getenv(),
            SandboxListener.silent(),
            time);
    SandboxLease lease = pool.acquire(Deadline.in(Duration.ofSeconds(30), time));
    lease.executor().execute("x = 1", Duration.ofSeconds(10));
    Files.createFile(Path.of(arguments[2]));
    lease.executor().execute("while True: pass", Duration.ofMinutes(10));
  }
}
