package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlGroupTest {
  private static final String ID = "4558c810d0ac";
  private static final String FIRST =
      "31 30 0:27 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct";
  private static final String SECOND =
      "40 30 0:36 / /sys/fs/cgroup/unified rw,relatime shared:10 - cgroup2 cgroup2 rw";

  @ParameterizedTest
  @CsvSource({
    "0::/system.slice/docker-4558c810d0ac.scope, /system.slice/docker-4558c810d0ac.scope",
    "0::/system.slice/docker-4558c810d0ac.scope/init.scope, /system.slice/docker-4558c810d0ac.scope",
    "0::/docker/4558c810d0ac/docker/aa11/init, /docker/4558c810d0ac",
  })
  void itIsTheOneThatBearsTheContainersName(String group, String path) {
    assertThat(ControlGroup.find(ID, "cpu", List.of("4:memory:/", group), List.of(FIRST, SECOND)))
        .hasValueSatisfying(
            found -> assertThat(found.directory()).hasToString("/sys/fs/cgroup/unified" + path));
  }

  @Test
  void theFirstVersionIsTakenWhereItHasTheController() {
    List<String> groups = List.of("3:cpu,cpuacct:/docker/" + ID, "0::/docker/" + ID);
    List<String> mounts = List.of(SECOND, FIRST);
    assertThat(ControlGroup.find(ID, "cpu", groups, mounts).orElseThrow())
        .hasToString("ControlGroup[directory=/sys/fs/cgroup/cpu/docker/" + ID + ", second=false]");
    assertThat(ControlGroup.find(ID, "memory", groups, mounts).orElseThrow().second()).isTrue();
  }

  @Test
  void aGroupThatHoldsOthersAsWellIsNotTaken() {
    List<String> groups = List.of("3:cpu,cpuacct:/", "0::/user.slice");
    assertThat(ControlGroup.find(ID, "cpu", groups, List.of(FIRST, SECOND))).isEmpty();
  }

  @Test
  void aMountOfAPartHoldsThatPartAlone() {
    String part = SECOND.replace(" / /", " /docker /");
    assertThat(ControlGroup.find(ID, "cpu", List.of("0::/docker/" + ID), List.of(part)))
        .hasValueSatisfying(
            found -> assertThat(found.directory()).hasToString("/sys/fs/cgroup/unified/" + ID));
    assertThat(ControlGroup.find(ID, "cpu", List.of("0::/kube/" + ID), List.of(part))).isEmpty();
  }
}
