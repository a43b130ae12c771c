package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subjects that cannot be had, or are wanted otherwise than usual. */
class BadSubjectIT {
  @TempDir Path directory;
  private Scratch scratch;

  @BeforeEach
  void freshWorld() {
    scratch = new Scratch(directory);
  }

  @AfterEach
  void end() {
    scratch.end();
  }

  @Test
  void aDirectoryOfSomebodyElseIsRefusedAndUntouched() throws IOException {
    Path home = Files.createDirectories(directory.resolve("mine/nodes"));
    Files.writeString(home.resolve("notes"), "do not delete");
    Running run = campaign("--subject-home", home.getParent().toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors())
        .singleElement()
        .asString()
        .contains(home.getParent() + " is there already");
    assertThat(run.err()).contains("  hint: ");
    assertThat(home.resolve("notes")).hasContent("do not delete");
    assertThat(scratch.remains()).isEmpty();
    assertThat(scratch.query("select status from campaigns")).isEmpty();
  }

  /** A JDK whose bin went away under the running evalctl. */
  @Test
  void withoutAJavaForTheNodesNothingStarts() throws IOException {
    Path jdk = Files.createDirectory(directory.resolve("jdk"));
    try (Stream<Path> parts = Files.list(Path.of(System.getProperty("java.home")))) {
      for (Path part : parts.filter(part -> !part.endsWith("bin")).toList()) {
        Files.createSymbolicLink(jdk.resolve(part.getFileName()), part);
      }
    }
    Running run;
    try {
      run =
          scratch
              .start(
                  Map.of("JDK_JAVA_OPTIONS", "-Djava.home=" + jdk),
                  "campaign",
                  "--chaos",
                  "node-kill",
                  "--baseline",
                  "--trials",
                  "3")
              .await();
    } finally {
      removeLinks(jdk);
    }

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors())
        .singleElement()
        .asString()
        .contains("there is no program " + jdk.resolve("bin/java"));
    assertThat(scratch.query("select outcome || error_code from trials"))
        .containsExactly("invalidSUBJECT_START");
    assertThat(scratch.remains()).isEmpty();
  }

  @Test
  void fiveNodesThatAreToBeKeptStayWhereItIsSaid() {
    Running run = campaign("--nodes", "5", "--keep-subject");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("1 unhealed");
    assertThat(scratch.query("select json_array_length(topology_json, '$.nodes') from campaigns"))
        .containsExactly("5");
    List<String> remains = scratch.remains();
    assertThat(remains).singleElement().asString().startsWith("file ");
    Path kept = Path.of(remains.get(0).substring("file ".length()));
    assertThat(run.err()).contains("kept " + kept);
    assertThat(kept.resolve("subject/nodes/zk5/log/server.log")).isNotEmptyFile();
    assertThat(scratch.run("heal").out()).contains("nothing to heal");
  }

  private static void removeLinks(Path directory) throws IOException {
    try (Stream<Path> links = Files.list(directory)) {
      for (Path link : links.toList()) {
        Files.delete(link);
      }
    }
  }

  private Running campaign(String... more) {
    return scratch.run(
        Stream.concat(
                Stream.of(
                    "campaign",
                    "--chaos",
                    "node-kill",
                    "--baseline",
                    "--timeout",
                    "500ms",
                    "--settle",
                    "500ms"),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
