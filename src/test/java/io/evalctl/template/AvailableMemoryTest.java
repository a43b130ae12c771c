package io.evalctl.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AvailableMemoryTest {
  private static final long MIB = 1L << 20;

  private final Map<Path, String> files = new HashMap<>();

  @Test
  void theKernelTells() {
    file("/proc/meminfo", "MemTotal:       16384 kB\nMemAvailable:    8192 kB\n");
    assertThat(bytes()).isEqualTo(8 * MIB);
  }

  @Test
  void whereNobodyTellsThereIsNone() {
    assertThat(bytes()).isZero();
    file("/proc/meminfo", "MemTotal:       16384 kB\n");
    assertThat(bytes()).isZero();
  }

  @Test
  void everyControlGroupAboveLimitsIt() {
    machine();
    file("/proc/self/cgroup", "0::/user.slice/shell\n");
    file("/sys/fs/cgroup/user.slice/memory.max", "" + 3000 * MIB);
    file("/sys/fs/cgroup/user.slice/memory.current", "" + 1000 * MIB);
    file("/sys/fs/cgroup/user.slice/shell/memory.max", "max\n");
    file("/sys/fs/cgroup/user.slice/shell/memory.current", "" + 900 * MIB);
    assertThat(bytes()).isEqualTo(2000 * MIB);
  }

  @Test
  void filesThatNobodyUsesCountAsLeft() {
    machine();
    file("/proc/self/cgroup", "0::/\n");
    file("/sys/fs/cgroup/memory.max", "" + 3000 * MIB);
    file("/sys/fs/cgroup/memory.current", "" + 2500 * MIB);
    file("/sys/fs/cgroup/memory.stat", "anon 12\ninactive_file " + 2000 * MIB + "\n");
    assertThat(bytes()).isEqualTo(2500 * MIB);
  }

  @Test
  void aContainerOfTheFirstVersionSeesItsGroupAsTheRoot() {
    machine();
    file("/proc/self/cgroup", "4:cpu:/docker/1\n3:memory:/docker/1\n0::/\n");
    file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "" + 1000 * MIB);
    file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "" + 700 * MIB);
    file(
        "/sys/fs/cgroup/memory/memory.stat",
        "inactive_file 0\ntotal_inactive_file " + 100 * MIB + "\n");
    assertThat(bytes()).isEqualTo(400 * MIB);
  }

  @Test
  void noLimitIsAHugeOne() {
    machine();
    file("/proc/self/cgroup", "3:memory:/\n");
    file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "" + 700 * MIB);
    assertThat(bytes()).isEqualTo(8000 * MIB);
  }

  @Test
  void aGroupThatIsOverItsLimitHasNothingLeft() {
    machine();
    file("/proc/self/cgroup", "0::/\n");
    file("/sys/fs/cgroup/memory.max", "" + 100 * MIB);
    file("/sys/fs/cgroup/memory.current", "" + 101 * MIB);
    assertThat(bytes()).isZero();
  }

  private void machine() {
    file("/proc/meminfo", "MemAvailable:    " + 8000 * 1024 + " kB\n");
  }

  private void file(String path, String text) {
    files.put(Path.of(path), text);
  }

  private long bytes() {
    return new AvailableMemory(path -> files.getOrDefault(path, "")).bytes();
  }
}
