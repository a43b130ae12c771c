package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.console.Io;
import io.evalctl.session.Paths;
import io.evalctl.template.ServerChoice;
import io.evalctl.template.TemplateDatabase;
import io.evalctl.template.TemplateOptions;
import io.evalctl.template.TemplateSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evalctl template} on the machine's embedded servers. */
class TemplateCommandIT {
  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** It is set to a directory that goes with the test; other tests here load the library later. */
  @AfterEach
  void leaveNoDirectoryForNativeLibraries() {
    System.clearProperty("org.sqlite.tmpdir");
  }

  @Test
  void aKeptServerIsListedAndCleanedOnlyWhenToldTo() throws IOException {
    assertThat(run("template", "list")).isZero();
    assertThat(text(out)).isEqualTo("nothing of evalctl is on this machine's embedded servers\n");
    keepOne();

    assertThat(run("template", "list", "--json")).isZero();
    JsonNode found = new ObjectMapper().readTree(text(out));
    assertThat(found.path("schemaVersion").asInt()).isEqualTo(1);
    assertThat(found.path("leftovers")).hasSize(1);
    assertThat(found.at("/leftovers/0/state").asText()).isEqualTo("kept");
    assertThat(found.at("/leftovers/0/sizeBytes").asLong()).isPositive();
    Path kept = Path.of(found.at("/leftovers/0/name").asText());
    assertThat(kept).isDirectory();

    assertThat(run("template", "clean")).isEqualTo(2);
    assertThat(text(err)).contains(kept.toString()).contains("nobody to ask").contains("--force");
    assertThat(run("template", "clean", "--dry-run")).isZero();
    assertThat(text(out)).isEqualTo("would drop " + kept + "\n");
    assertThat(run("template", "clean", "--force", "--older-than", "1h")).isZero();
    assertThat(text(out)).startsWith("nothing to clean");
    assertThat(kept).isDirectory();

    assertThat(run("template", "clean", "--force", "--json")).isZero();
    JsonNode cleaned = new ObjectMapper().readTree(text(out));
    assertThat(cleaned.at("/dropped/0/name").asText()).isEqualTo(kept.toString());
    assertThat(cleaned.path("failed")).isEmpty();
    assertThat(kept).doesNotExist();
  }

  @Test
  void badInputIsSaidInOneLine() {
    assertThat(run("template")).isEqualTo(2);
    assertThat(text(err)).contains("say list or clean");
    assertThat(run("template", "clean", "--pg", "postgres://me:hunter2@h/db")).isEqualTo(2);
    assertThat(text(err)).contains("password").doesNotContain("hunter2");
    assertThat(run("template", "list", "--pg", "postgres://me@127.0.0.1:1/db")).isEqualTo(4);
    assertThat(text(err)).contains("127.0.0.1:1");
    assertThat(run("template", "clean", "--older-than", "soon")).isEqualTo(2);
    assertThat(run("template", "list", "--pg", "env")).isEqualTo(2);
  }

  private void keepOne() throws IOException {
    Path migrations = Files.createDirectories(directory.resolve("m"));
    Files.writeString(migrations.resolve("V1__a.sql"), "create table a (n int);");
    Paths paths = Paths.of(environment());
    TimeSource time = TimeSource.system();
    try (TemplateDatabase database =
        TemplateDatabase.open(
            new ServerChoice.Embedded(),
            new TemplateOptions(true, 0, null, "x", paths.state(), paths.cache()),
            time)) {
      database.lease(TemplateSpec.of(migrations), Deadline.in(Duration.ofMinutes(2), time)).close();
    }
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOME", directory.toString(),
        "XDG_CACHE_HOME", directory.resolve("cache").toString(),
        "XDG_STATE_HOME", directory.resolve("state").toString());
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    return CommandRunner.run(
        args,
        new Io(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            environment(),
            directory));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
