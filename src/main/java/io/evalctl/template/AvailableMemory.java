package io.evalctl.template;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory this process and what it starts may still take: what the kernel estimates to be
 * available, and no more than what each control group above it has left. What a group keeps of
 * files that nobody uses goes when the memory is needed, so it counts as left.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_meminfo.5.html">proc_meminfo(5)</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">control groups, version 2</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">and version 1</a>
 */
final class AvailableMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path GROUPS = Path.of("/proc/self/cgroup");
  private static final Path TREE = Path.of("/sys/fs/cgroup");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB$");
  private static final Pattern IDLE = Pattern.compile("(?m)^(?:total_)?inactive_file (\\d+)$");
  private static final int BYTES_PER_KB = 1024;

  private final Function<Path, String> files;

  /**
   * @param files gives a file's text, empty where it cannot be read
   */
  AvailableMemory(Function<Path, String> files) {
    this.files = files;
  }

  /** In bytes; 0 where nobody tells. */
  long bytes() {
    Matcher kernel = AVAILABLE.matcher(files.apply(MEMINFO));
    if (!kernel.find()) {
      return 0;
    }
    long least = Long.parseLong(kernel.group(1)) * BYTES_PER_KB;
    for (String line : files.apply(GROUPS).lines().toList()) {
      List<String> fields = Arrays.asList(line.split(":", 3));
      if (fields.size() == 3 && fields.get(0).equals("0")) {
        least = Math.min(least, left(TREE, fields.get(2), List.of("memory.max", "memory.current")));
      } else if (fields.size() == 3 && List.of(fields.get(1).split(",")).contains("memory")) {
        least =
            Math.min(
                least,
                left(
                    TREE.resolve("memory"),
                    fields.get(2),
                    List.of("memory.limit_in_bytes", "memory.usage_in_bytes")));
      }
    }
    return least;
  }

  /** A container may see only its own group, as the root: what is not there has no limit. */
  private long left(Path root, String group, List<String> limitAndUse) {
    long least = Long.MAX_VALUE;
    Path at = root.resolve("." + group).normalize();
    while (at != null && at.startsWith(root)) {
      long limit = number(at.resolve(limitAndUse.get(0)));
      if (limit >= 0) {
        long used = Math.max(0, number(at.resolve(limitAndUse.get(1))));
        long idle =
            IDLE.matcher(files.apply(at.resolve("memory.stat")))
                .results()
                .map(MatchResult::group)
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .max()
                .orElse(0);
        least = Math.min(least, Math.max(0, limit - Math.max(0, used - idle)));
      }
      at = at.getParent();
    }
    return least;
  }

  /** Negative where there is none: {@code max}. */
  private long number(Path file) {
    String text = files.apply(file).strip();
    return text.matches("\\d{1,18}|9\\d{18}") ? Long.parseLong(text) : -1;
  }
}
