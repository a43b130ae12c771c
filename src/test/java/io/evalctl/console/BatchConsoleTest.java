package io.evalctl.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.ManualTime;
import io.evalctl.probe.BatchProgress;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchConsoleTest {
  private final ManualTime time = new ManualTime();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void offATerminalALineEveryTenSeconds() {
    play(console(false));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            batch  40 inputs · resumed, 4 answered
              14/40 answered · 1 failed · 1.0/s · 10.0s · 26s left
              24/40 answered · 1 failed · 1.0/s · 20.0s · 16s left
              34/40 answered · 1 failed · 1.0/s · 30.0s · 6s left
              40/40 answered · 1 failed · 1.0/s · 36.0s
            """);
  }

  @Test
  void onATerminalOneLineThatIsLive() {
    play(console(true));
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text.split("\r\u001b\\[2K")).hasSize(38);
    assertThat(text).endsWith("\r\u001b[2K  40/40 answered · 1 failed · 1.0/s · 36.0s\n");
  }

  private void play(BatchConsole console) {
    console.started(progress(0));
    for (int second = 1; second <= 36; second++) {
      time.sleep(Duration.ofSeconds(1));
      console.answered(progress(second), null);
    }
    console.finished(progress(36));
  }

  private static BatchProgress progress(int second) {
    return new BatchProgress(40, 4, second, 1, 0, Duration.ofSeconds(second));
  }

  private BatchConsole console(boolean terminal) {
    return new BatchConsole(
        new Io(
            InputStream.nullInputStream(),
            new PrintStream(PrintStream.nullOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            terminal,
            Map.of(),
            Path.of("")),
        time);
  }
}
