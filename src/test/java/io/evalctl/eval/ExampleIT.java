package io.evalctl.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The datasets that come with evalctl, as the README shows them: no key, no Docker, no server. */
class ExampleIT {
  private static final Path SOURCES = Path.of("src/main/resources/io/evalctl/examples");

  @TempDir static Path cache;
  @TempDir Path directory;
  private Scratch scratch;

  @BeforeEach
  void freshWorld() {
    scratch = new Scratch(directory, cache);
  }

  @AfterEach
  void nothingIsLeft() {
    List<String> remains = scratch.remains();
    scratch.end();
    assertThat(remains).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"colony, 6", "colony/operator, 4", "archive, 3"})
  void everyCasePasses(String name, int cases) {
    Running run = scratch.run("eval", "example:" + name, "--sandbox", "local");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("%d/%d = 100%%".formatted(cases, cases));
  }

  @ParameterizedTest
  @ValueSource(strings = {"colony", "archive"})
  void theIndexNamesEveryFile(String name) throws IOException {
    Path home = SOURCES.resolve(name);
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> home.relativize(file).toString())
                  .filter(file -> !file.equals("index.txt")))
          .containsExactlyInAnyOrderElementsOf(Files.readAllLines(home.resolve("index.txt")));
    }
  }

  /** A recording that no longer fits its dataset would be found by users first. */
  @Test
  void theRecordingIsThatOfTheDataset() throws IOException {
    assertThat(scratch.run("eval", "example:colony", "--dry-run").exitCode()).isZero();
    Path home;
    try (Stream<Path> files = Files.walk(cache)) {
      home =
          files.filter(file -> file.endsWith("colony.yaml")).findFirst().orElseThrow().getParent();
    }
    Files.copy(home.resolve("replies.json"), directory.resolve("replies.json"));
    Running run = scratch.run("eval", "example:colony", "--record", "fresh.jsonl");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(keys(directory.resolve("fresh.jsonl")))
        .isEqualTo(keys(SOURCES.resolve("colony/recording.jsonl")));
  }

  private static List<String> keys(Path recording) throws IOException {
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(recording).stream()
        .map(
            line -> {
              try {
                return json.readTree(line).path("key").asText();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }
}
