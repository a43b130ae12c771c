package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunLabelsTest {
  private static final String HOST = "here/boot-1";
  private static final ProjectOwner DEAD =
      new ProjectOwner(
          "r1",
          new ProcessOwner(new ProcessIdentity(ProcessHandle.current().pid(), -1), HOST),
          Path.of("/homes/r1"),
          true,
          "");

  private static Map<String, String> labels(ProjectOwner owner) {
    Map<String, String> labels = new HashMap<>(RunLabels.of(owner, Instant.EPOCH));
    labels.put("com.docker.compose.project", "evalctl-r1");
    return labels;
  }

  private static Map<String, String> but(String key, String value) {
    Map<String, String> labels = labels(DEAD);
    labels.put(key, value);
    return labels;
  }

  @Test
  void tellWhoseItWasWhenThatIsDead() {
    assertThat(RunLabels.dead(labels(DEAD), HOST)).contains(DEAD);
  }

  @Test
  void theLivingAndThoseElsewhereAreNotDead() {
    ProjectOwner living =
        new ProjectOwner(
            "r1", new ProcessOwner(ProcessIdentity.self(), HOST), Path.of("/homes/r1"), false, "");
    assertThat(RunLabels.dead(labels(living), HOST)).isEmpty();
    assertThat(RunLabels.dead(labels(DEAD), "elsewhere/boot-1")).isEmpty();
    assertThat(RunLabels.dead(labels(DEAD), "here/boot-2")).isEmpty();
    assertThat(RunLabels.dead(but("io.evalctl.seat", "4711 pid:[1]"), HOST)).isEmpty();
    assertThat(RunLabels.dead(but("com.docker.compose.project", "theirs"), HOST)).isEmpty();
    assertThat(RunLabels.dead(but("io.evalctl.kind", "sandbox"), HOST)).isEmpty();
    assertThat(RunLabels.dead(Map.of(), HOST)).isEmpty();
    assertThat(RunLabels.dead(null, HOST)).isEmpty();
  }
}
