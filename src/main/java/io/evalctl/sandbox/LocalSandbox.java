package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Processes under bubblewrap. The supervisor ends when its input does, and the kernel ends all
 * others with it. Thread-safe as {@link SandboxProcess} asks.
 */
final class LocalSandbox implements SandboxProcess {
  private static final Duration LOOK = Duration.ofMillis(2);
  private static final int MOST_ERROR_BYTES = 4096;

  private final Process process;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  LocalSandbox(Process process, Output output) {
    this.process = process;
    read("sandbox-" + process.pid(), process.getInputStream(), output);
    read(
        "sandbox-errors-" + process.pid(),
        process.getErrorStream(),
        new Output() {
          @Override
          public void output(byte[] data, int length) {
            keep(data, length);
          }

          @Override
          public void end(String why) {}
        });
  }

  private static void read(String name, InputStream stream, Output output) {
    Thread reader =
        new Thread(
            () -> {
              byte[] buffer = new byte[64 << 10];
              try (stream) {
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                  output.output(buffer, count);
                }
                output.end("it has ended");
              } catch (IOException e) {
                output.end("its channel broke: " + e.getMessage());
              }
            },
            name);
    reader.setDaemon(true);
    reader.start();
  }

  private void keep(byte[] data, int length) {
    synchronized (errors) {
      if (errors.size() > MOST_ERROR_BYTES) {
        errors.reset();
      }
      errors.write(data, 0, length);
    }
  }

  @Override
  public String name() {
    return "process " + process.pid();
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public String lastWords() {
    synchronized (errors) {
      return errors.toString(StandardCharsets.UTF_8);
    }
  }

  @Override
  public void kill(Deadline deadline) {
    // Those within first: the kernel ends a whole namespace with its first process.
    List<ProcessHandle> within = process.descendants().toList();
    within.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // it was broken already
    }
    Waiter.until(
        "the end of sandbox process " + process.pid(),
        deadline,
        LOOK,
        () -> !process.isAlive() && within.stream().noneMatch(ProcessHandle::isAlive));
  }
}
