package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.process.ProcessSession;
import io.evalctl.process.StreamDrain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A small program that a server needs before it starts: initdb, cp. It leaves nothing behind, so
 * that nobody need look for it, which takes longer than most of them do. Stateless.
 */
final class ServerProgram {
  private static final Duration LOOK = Duration.ofMillis(1);

  private ServerProgram() {}

  /** How one ended; {@code exitCode} is -1 when it did not in time, and was killed. */
  record End(int exitCode, String said) {}

  /**
   * @throws IOException when it cannot be started
   */
  static End run(List<String> command, Deadline deadline) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Process process =
        new ProcessBuilder(ProcessSession.apart(command))
            .directory(Path.of("/").toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .start();
    try {
      // Not by a file: that would stay when evalctl is killed, and nobody would know whose it is.
      StreamDrain drain = StreamDrain.start(process.getInputStream(), said, "server-program");
      boolean ended =
          Waiter.reached("the end of " + command.get(0), deadline, LOOK, () -> !process.isAlive());
      if (ended) {
        drain.finish();
      }
      return new End(ended ? process.exitValue() : -1, said.toString(StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
