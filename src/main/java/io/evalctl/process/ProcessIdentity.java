package io.evalctl.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process, told apart from a later one with the same number by its start time.
 *
 * @param pid process id
 * @param startTicks start time in clock ticks since boot, field 22 of {@code /proc/PID/stat}
 *     (proc(5))
 */
public record ProcessIdentity(long pid, long startTicks) {

  /** The process that has this number now, if there is one that is not a zombie. */
  public static Optional<ProcessIdentity> of(long pid) {
    return ProcStat.read(pid)
        .filter(stat -> stat.state() != 'Z' && stat.state() != 'X')
        .map(stat -> new ProcessIdentity(pid, stat.startTicks()));
  }

  /** This JVM. */
  public static ProcessIdentity self() {
    return of(ProcessHandle.current().pid()).orElseThrow();
  }

  /** The process named in a pid file, if it lives. */
  public static Optional<ProcessIdentity> fromPidFile(Path file) {
    try {
      return of(Long.parseLong(Files.readString(file, StandardCharsets.UTF_8).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether this very process still runs (a zombie does not). */
  public boolean alive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** Whether it is stopped by a signal. */
  public boolean stopped() {
    return ProcStat.read(pid)
        .filter(stat -> stat.startTicks() == startTicks)
        .filter(stat -> stat.state() == 'T' || stat.state() == 't')
        .isPresent();
  }

  /**
   * Sends a signal if, and only if, this very process still runs.
   *
   * @return whether it was sent
   */
  public boolean signal(Signal signal) {
    return alive() && SignalSender.send(signal, Long.toString(pid));
  }
}
