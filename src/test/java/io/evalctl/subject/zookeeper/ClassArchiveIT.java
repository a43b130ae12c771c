package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Works on the built jar: the JVM archives no classes of directories. */
class ClassArchiveIT {
  @TempDir Path scratch;

  private static String java(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void letsNodesStartFromAnArchiveBesideTheJar() throws Exception {
    Path jar = Files.copy(Path.of(System.getProperty("evalctl.jar")), scratch.resolve("tool.jar"));
    assertThat(NodeProgram.archiveOf(jar.toString())).isEmpty();

    java(
        List.of(
            "-XX:ArchiveClassesAtExit=" + scratch.resolve("tool-zookeeper.jsa"),
            "-cp",
            jar.toString(),
            ClassArchiveTraining.class.getName()));
    NodeProgram program =
        new NodeProgram(Path.of("java"), jar.toString(), NodeProgram.archiveOf(jar.toString()));
    List<String> arguments = new ArrayList<>(program.options());
    arguments.addAll(
        List.of(
            "-Xlog:class+load",
            "-cp",
            jar.toString(),
            "org.apache.zookeeper.server.quorum.QuorumPeerMain",
            scratch.resolve("missing.cfg").toString()));
    String output = java(arguments);

    assertThat(output.lines())
        .filteredOn(line -> line.contains(" org.apache.zookeeper.server.quorum.QuorumPeerMain "))
        .isNotEmpty()
        .allMatch(line -> line.endsWith("source: shared objects file (top)"));
  }
}
