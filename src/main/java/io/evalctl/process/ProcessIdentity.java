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
        .filter(ProcessIdentity::runs)
        .map(stat -> new ProcessIdentity(pid, stat.startTicks()));
  }

  private static boolean runs(ProcStat stat) {
    return stat.state() != 'Z' && stat.state() != 'X';
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

  /**
   * Whether this very process still runs (a zombie does not). One that is there but cannot be
   * looked at, for want of the right to or of file descriptors, counts as alive: much is undone and
   * removed in the name of the dead.
   */
  public boolean alive() {
    return alive(ProcStat.directory(pid));
  }

  boolean alive(Path process) {
    return ProcStat.read(process)
        .map(stat -> runs(stat) && stat.startTicks() == startTicks)
        .orElseGet(() -> Files.isDirectory(process));
  }

  /** Whether it is stopped by a signal. */
  public boolean stopped() {
    return ProcStat.read(pid)
        .filter(stat -> stat.startTicks() == startTicks)
        .filter(stat -> stat.state() == 'T' || stat.state() == 't')
        .isPresent();
  }

  /**
   * Sends a signal if, and only if, this very process is seen to run.
   *
   * @return whether it was sent
   */
  public boolean signal(Signal signal) {
    return of(pid).filter(this::equals).isPresent()
        && SignalSender.send(signal, Long.toString(pid));
  }
}
