package io.evalctl.process;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The processes that can have begun since a moment, so that not every process of the machine is
 * read after each short program. The kernel gives process ids out in order and begins again only
 * when all are used up, at least 32,768 (proc(5), pid_max): a number that was taken a second ago is
 * not a new process's yet. Later than that every process is one that can. Immutable; Linux only.
 */
final class ProcessList {
  private static final Duration SURE = Duration.ofSeconds(1);
  private static final File PROC = new File("/proc");

  private final Set<Long> before;
  private final Deadline sure;

  private ProcessList(Set<Long> before, Deadline sure) {
    this.before = before;
    this.sure = sure;
  }

  /** Remembers who is there. */
  static ProcessList now(TimeSource time) {
    Deadline sure = Deadline.in(SURE, time);
    return new ProcessList(new HashSet<>(all()), sure);
  }

  /** The ids of all processes that may have begun after {@link #now}. */
  List<Long> since() {
    List<Long> ids = all();
    // Asked after the look: what is listed within the second was given out within it.
    if (!sure.expired()) {
      ids.removeAll(before);
    }
    return ids;
  }

  /** The ids of all processes. */
  static List<Long> all() {
    List<Long> ids = new ArrayList<>();
    String[] names = PROC.list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0))) {
        ids.add(Long.parseLong(name));
      }
    }
    return ids;
  }
}
