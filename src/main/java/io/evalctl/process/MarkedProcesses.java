package io.evalctl.process;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds and ends the processes that carry a marker in their environment. A child whose parent died
 * is nobody's descendant, and one that called setsid is in nobody's group, but its environment
 * tells whose it is. Linux only (reads {@code /proc/PID/environ}, own processes or as root).
 * Stateless.
 */
public final class MarkedProcesses {
  private static final long SELF = ProcessHandle.current().pid();

  private MarkedProcesses() {}

  /** Every live process whose environment holds exactly {@code name=value}; never this JVM. */
  public static List<ProcessIdentity> find(String name, String value) {
    return find(name, value, ProcessList.all());
  }

  /** As above, among these. */
  static List<ProcessIdentity> find(String name, String value, List<Long> among) {
    String wanted = name + "=" + value;
    List<ProcessIdentity> found = new ArrayList<>();
    for (long pid : among) {
      if (pid != SELF && environment(pid).contains(wanted)) {
        ProcessIdentity.of(pid).ifPresent(found::add);
      }
    }
    return found;
  }

  /** Every live process whose environment holds this name, with its value; never this JVM. */
  public static Map<ProcessIdentity, String> values(String name) {
    Map<ProcessIdentity, String> found = new LinkedHashMap<>();
    for (long pid : ProcessList.all()) {
      Optional<String> variable =
          environment(pid).stream().filter(each -> each.startsWith(name + "=")).findFirst();
      if (pid != SELF && variable.isPresent()) {
        ProcessIdentity.of(pid)
            .ifPresent(process -> found.put(process, variable.get().substring(name.length() + 1)));
      }
    }
    return found;
  }

  /**
   * Ends every process with the marker by SIGKILL, and looks again until none is left (one may fork
   * while it is being ended).
   *
   * @return how many were ended
   * @throws io.evalctl.error.EvalctlException when some are still there after five seconds
   */
  public static int killAll(String name, String value, TimeSource time) {
    int[] ended = {0};
    Waiter.until(
        "the end of every process with " + name + "=" + value,
        Deadline.in(Duration.ofSeconds(5), time),
        Duration.ofMillis(20),
        () -> {
          List<ProcessIdentity> left = find(name, value);
          for (ProcessIdentity process : left) {
            if (process.signal(Signal.KILL)) {
              ended[0]++;
            }
          }
          return left.isEmpty();
        });
    return ended[0];
  }

  /** Reads with a stream: an interrupted thread must not overlook a process. */
  private static List<String> environment(long pid) {
    try (FileInputStream stream = new FileInputStream("/proc/" + pid + "/environ")) {
      return List.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\0"));
    } catch (IOException e) {
      return List.of();
    }
  }
}
