package io.evalctl.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StrayFailuresTest {
  private static final String SECRET = "sk-abcdefghijklmnopqrstuvwxyz";

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  private String said(boolean debug, String thread) {
    PrintStream err = new PrintStream(text, true, StandardCharsets.UTF_8);
    Io io =
        new Io(
            InputStream.nullInputStream(),
            err,
            err,
            false,
            false,
            Map.of("OPENAI_API_KEY", SECRET),
            Path.of("."));
    new StrayFailures(io, debug)
        .uncaughtException(
            new Thread(() -> {}, thread), new IllegalStateException("lost " + SECRET));
    return text.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anUnexpectedErrorIsALineWithoutSecrets() {
    assertThat(said(false, "canary"))
        .isEqualToIgnoringNewLines(
            "evalctl: unexpected error in thread canary:"
                + " java.lang.IllegalStateException: lost [redacted]; run again with --debug");
  }

  @Test
  void whatIsToldOtherwiseIsNotTold() {
    assertThat(said(false, "docker-java-httpclient5-hijacking-stream-7")).isEmpty();
  }

  @Test
  void withDebugItsTraceIsTold() {
    assertThat(said(true, "docker-java-httpclient5-hijacking-stream-7"))
        .startsWith("evalctl: thread docker-java-httpclient5-hijacking-stream-7 ended: ")
        .contains("\tat io.evalctl.console.StrayFailuresTest")
        .doesNotContain(SECRET);
  }
}
