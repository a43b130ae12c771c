package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    Process terminal = start(scratch);
    String said = readTo("[y/N] ", terminal.getInputStream());
    assertThat(said).contains("to be dropped from", kept.toString());
    OutputStream keyboard = terminal.getOutputStream();
    keyboard.write(keys.translateEscapes().getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
    said = readTo(null, terminal.getInputStream());
    Scratch.await("the end of the terminal", () -> !terminal.isAlive());

    assertThat(terminal.exitValue()).as(said).isEqualTo(exitCode);
    assertThat(Files.exists(kept)).isEqualTo(then.equals("there"));
    if (exitCode == 0) {
      assertThat(said).contains(then.equals("there") ? "nothing was dropped" : "dropped " + kept);
    }
    assertThat(scratch.remains()).isEmpty();
  }

  private static Process start(Scratch scratch) throws IOException {
    String command =
        Running.java() + " -XX:TieredStopAtLevel=1 -jar " + Running.jar() + " template clean";
    ProcessBuilder builder =
        new ProcessBuilder(List.of("script", "-qec", command, "/dev/null"))
            .directory(scratch.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(scratch.environment());
    return builder.start();
  }

  /** What it says up to a word, or to its end. */
  private static String readTo(String word, InputStream from) throws IOException {
    StringBuilder said = new StringBuilder();
    for (int c = from.read(); c >= 0; c = from.read()) {
      said.append((char) c);
      if (word != null && said.toString().endsWith(word)) {
        break;
      }
    }
    return said.toString();
  }
}
