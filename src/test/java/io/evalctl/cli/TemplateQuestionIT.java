package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code template clean} asks on a terminal, and what it does with the answer. */
class TemplateQuestionIT {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "y\\n, 0, gone",
    "Yes\\n, 0, gone",
    "n\\n, 0, there",
    "\\n, 0, there",
    "yawn\\n, 0, there",
    "\\004, 0, there",
    "\\003, 130, there"
  })
  void onlyAYesDrops(String keys, int exitCode, String then) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script(1) of util-linux");
    Scratch scratch = new Scratch(directory);
    Path kept = Files.createDirectories(directory.resolve("cache/evalctl/postgres/kept-by-test"));
    Path screen = Files.createFile(directory.resolve("screen"));
    Process terminal = start(scratch, screen);
    Scratch.await("the question", () -> shown(screen).endsWith("[y/N] "));
    assertThat(shown(screen)).contains("to be dropped from", kept.toString());
    OutputStream keyboard = terminal.getOutputStream();
    keyboard.write(keys.translateEscapes().getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
    Scratch.await("the end of the terminal", () -> !terminal.isAlive());

    String said = shown(screen);
    assertThat(terminal.exitValue()).as(said).isEqualTo(exitCode);
    assertThat(Files.exists(kept)).isEqualTo(then.equals("there"));
    if (exitCode == 0) {
      assertThat(said).contains(then.equals("there") ? "nothing was dropped" : "dropped " + kept);
    }
    assertThat(scratch.remains()).isEmpty();
  }

  private static Process start(Scratch scratch, Path screen) throws IOException {
    String command =
        Running.java() + " -XX:TieredStopAtLevel=1 -jar " + Running.jar() + " template clean";
    // What runs the tests may have been started with SIGINT ignored, as shells start background
    // jobs.
    ProcessBuilder builder =
        new ProcessBuilder("env", "--default-signal=INT", "script", "-qec", command, "/dev/null")
            .directory(scratch.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile());
    builder.environment().clear();
    builder.environment().putAll(scratch.environment());
    return builder.start();
  }

  private static String shown(Path screen) {
    try {
      return Files.readString(screen);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
