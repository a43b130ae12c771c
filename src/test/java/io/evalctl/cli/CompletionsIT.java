package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.TimeSource;
import io.evalctl.console.Io;
import io.evalctl.session.Paths;
import io.evalctl.session.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;

/**
 * The committed completions are those of the options there are. With {@code
 * -Devalctl.snapshots=update} they are written anew.
 */
class CompletionsIT {
  @TempDir Path directory;

  @Test
  void bash() throws IOException {
    assertCurrent(Path.of("completions/evalctl.bash"), script());
  }

  @Test
  void zsh() throws IOException {
    assertCurrent(
        Path.of("completions/_evalctl"),
        "#compdef evalctl\nautoload -U +X bashcompinit && bashcompinit\n" + script());
  }

  private String script() {
    Io io =
        new Io(
            InputStream.nullInputStream(),
            new PrintStream(PrintStream.nullOutputStream()),
            new PrintStream(PrintStream.nullOutputStream()),
            false,
            false,
            Map.of(),
            directory);
    Paths paths = Paths.of(Map.of("HOME", directory.toString()));
    Settings settings = Settings.load(Map.of(), directory, paths, null);
    return AutoComplete.bash(
            "evalctl",
            CommandRunner.commandLine(
                new CommandContext(io, TimeSource.system(), paths, settings), command -> true))
        .stripTrailing()
        .concat("\n");
  }

  private static void assertCurrent(Path file, String wanted) throws IOException {
    if ("update".equals(System.getProperty("evalctl.snapshots"))) {
      Files.writeString(file, wanted);
    }
    assertThat(Files.readString(file))
        .describedAs(
            "%s is stale: mvn verify -Dit.test=CompletionsIT -Devalctl.snapshots=update", file)
        .isEqualTo(wanted);
  }
}
