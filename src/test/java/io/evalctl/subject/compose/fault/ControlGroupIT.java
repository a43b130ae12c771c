package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A group of the kernel's second version, which a machine may have beside the first. */
class ControlGroupIT {
  private static Path mount() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(" - cgroup2 "))
        .map(line -> Path.of(line.split(" ")[4]))
        .filter(Files::isWritable)
        .findFirst()
        .orElse(null);
  }

  @Test
  void groupOfTheSecondVersionIsReadAndWritten() throws Exception {
    Path mount = mount();
    assumeTrue(mount != null, "no cgroup2 is mounted that may be written to");
    String id = "evctest" + UUID.randomUUID().toString().replace("-", "");
    Path group = mount.resolve("docker-" + id + ".scope");
    Path inner = group.resolve("init.scope");
    Files.createDirectories(inner);
    Process process = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(inner.resolve("cgroup.procs"), Long.toString(process.pid()));
      ControlGroup found = ControlGroup.of(id, process.pid(), "memory");
      assertThat(found).isEqualTo(new ControlGroup(group, true));
      assertThat(found.read("cpu.stat"))
          .hasValueSatisfying(text -> assertThat(text).contains("usage_usec"));
      assertThat(found.read("memory.no-such-file")).isEmpty();
      found.write("cgroup.freeze", "1");
      Scratch.await(
          "the whole group to be frozen",
          () -> found.read("cgroup.events").orElseThrow().contains("frozen 1"));
      found.write("cgroup.freeze", "0");
    } finally {
      process.destroyForcibly().waitFor();
      Scratch.await("the groups to be empty", () -> !populated(group));
      Files.delete(inner);
      Files.delete(group);
    }
  }

  private static boolean populated(Path group) {
    return new ControlGroup(group, true).read("cgroup.events").orElse("").contains("populated 1");
  }
}
