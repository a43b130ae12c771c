package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import io.evalctl.text.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/evalctl} under locales that know no umlauts. */
@Timeout(120)
class LauncherIT {
  /**
   * A checkout with a copy of the launcher ($1), the built jar ($2), and a note that no class-data
   * archive can be made for it. All names with umlauts are in here: the JVM of the test may run
   * under such a locale itself.
   */
  private static final String USE =
      """
      set -eu
      trap 'rm -rf wörld münchen' EXIT
      mkdir -p wörld/scripts wörld/src/main wörld/target/cds münchen
      touch wörld/pom.xml
      cp "$1" wörld/scripts/evalctl
      ln -s "$2" wörld/target/evalctl.jar
      ln -s "$(dirname "$2")/classes" wörld/target/classes
      names="$(cksum <"$JAVA_HOME/release" | cut -d' ' -f1) $(stat -c '%Y %s' wörld/target/evalctl.jar)"
      touch "wörld/target/cds/evalctl-$(echo $names | tr ' ' -).jsa.failed"
      cat >münchen/dätaset.yaml <<'END'
      name: Größe
      models: [none]
      task: exec
      exec: [sh, -c, 'cat > /dev/null; printf "{\\"output\\": \\"%s %s %s\\"}" "$1" "$WORT" "${LC_ALL-none}"', sh, ü]
      scorers: [{type: finished}]
      cases: [{name: maß}]
      END
      WORT=Maß wörld/scripts/evalctl eval münchen/dätaset.yaml --db münchen/größe.db --json
      cp münchen/größe.db copy.db
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", "LC_ALL=xx_XX.ISO-8859-1", "LANG=C"})
  void speaksUtf8WhateverTheLocale(String locale) throws Exception {
    assumeTrue(
        Stream.of("C.utf8", "C.UTF-8").anyMatch(it -> Files.exists(Path.of("/usr/lib/locale", it))),
        "the locale C.UTF-8");
    Path use = Files.writeString(directory.resolve("use.sh"), USE);
    Path launcher = Path.of("scripts/evalctl").toAbsolutePath();
    ProcessBuilder builder =
        new ProcessBuilder("sh", use.toString(), launcher.toString(), Running.jar().toString())
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(new Scratch(directory).environment());
    environment.keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    String[] variable = locale.split("=");
    environment.put(variable[0], variable[1]);
    int exitCode = builder.start().waitFor();

    assertThat(exitCode)
        .as(Files.readString(directory.resolve("err")) + Files.readString(directory.resolve("out")))
        .isZero();
    JsonNode report = Json.read(Files.readString(directory.resolve("out")));
    assertThat(report.toString()).contains("Größe");
    String user = variable[0].equals("LC_ALL") ? variable[1] : "none";
    assertThat(
            Scratch.query(
                directory.resolve("copy.db"), "select case_name || output_json from eval_samples"))
        .singleElement()
        .asString()
        .startsWith("maß")
        .contains("\"ü Maß " + user + "\"");
  }
}
