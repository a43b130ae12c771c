package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.clock.TimeSource;
import io.evalctl.console.Io;
import io.evalctl.session.Paths;
import io.evalctl.session.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          eval --mo                                     | --model
          campaign --chaos node-k                       | node-kill
          campaign --chaos node-kill,process            | node-kill,process-pause
          campaign --chaos=lat                          | latency
          campaign --chaos=latency,leader               | latency,leader-kill
          campaign --arms agent,c                       | agent,control
          campaign --subject zoo                        | zookeeper
          campaign --target lea                         | leader
          campaign --param kind=i                       | isolate
          campaign --operator-timezone l                | local
          campaign --agent run                          | runbook
          eval example:arch                             | archive
          eval exam                                     | example:archive example:colony example:colony/operator
          eval d.yaml --epochs-reducer med              | median
          eval d.yaml --model no                        | none
          eval d.yaml --model anthropic:claude-haiku-4  | claude-haiku-4-5
          probe --model openai:gpt-4o-m                 | gpt-4o-mini
          eval --sandbox d                              | docker
          results export 1 --format c                   | csv
          """)
  void bashPutsWhatItIsGivenInThePlaceOfTheLastPartOfTheWord(String line, String replies)
      throws Exception {
    assertThat(completed("evalctl " + line).lines()).containsExactly(replies.split(" "));
  }

  @Test
  void everyValueIsOfferedWhereNothingIsTyped() throws Exception {
    assertThat(completed("evalctl campaign --chaos ").lines())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ChaosType.values()).map(ChaosType::label).toList());
    assertThat(completed("evalctl eval d.yaml --epochs-reducer ").lines())
        .contains("mean", "median", "mode", "max");
  }

  /** What is replied to bash, which breaks words at colons and equals signs. */
  private String completed(String line) throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("evalctl.bash"), script());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source $2; COMP_LINE=$1; COMP_POINT=${#1};"
                    + " COMP_WORDBREAKS=$' \\t\\n\"><=;|&(:'; _evalctl 2> /dev/null;"
                    + " printf '%s\\n' \"${COMPREPLY[@]}\"",
                "bash",
                line,
                file.toString())
            .redirectErrorStream(true)
            .start();
    bash.getOutputStream().close();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    return said;
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
    return Completions.script(
        CommandRunner.commandLine(
            new CommandContext(io, TimeSource.system(), paths, settings), command -> true));
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
