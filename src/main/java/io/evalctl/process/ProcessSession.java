package io.evalctl.process;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A child process that leads a session of its own (setsid(2)), and all processes that stay in it: a
 * signal for evalctl's terminal does not reach them, and one for their group reaches all of the
 * group. Linux only. Thread-safe.
 */
public final class ProcessSession {
  private static final Duration END_LIMIT = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Process process;
  private final Optional<ProcessIdentity> leader;
  private final ProcessList processes;

  private ProcessSession(Process process, Optional<ProcessIdentity> leader, ProcessList processes) {
    this.process = process;
    this.leader = leader;
    this.processes = processes;
  }

  /**
   * The words that run a command in a session of its own, for a program that is not to be ended by
   * the signals which end evalctl: Ctrl-C on its terminal, and whatever signals its whole group.
   */
  public static List<String> apart(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.add(0, "setsid");
    return words;
  }

  /**
   * Starts a command with setsid(1) of util-linux, which becomes the command itself: the process id
   * is the command's.
   *
   * @throws EvalctlException PROCESS_START when there is no setsid
   */
  public static ProcessSession start(ProcessBuilder builder, TimeSource time) {
    List<String> command = apart(builder.command());
    ProcessList processes = ProcessList.now(time);
    try {
      Process process = builder.command(command).start();
      Waiter.reached(
          "a session of its own for process " + process.pid(),
          Deadline.in(Duration.ofSeconds(5), time),
          Duration.ofMillis(1),
          () -> !process.isAlive() || leadsSession(process.pid()));
      return new ProcessSession(process, ProcessIdentity.of(process.pid()), processes);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.PROCESS_START,
          "cannot start setsid: " + e.getMessage(),
          "install util-linux, or put setsid on the PATH",
          e);
    }
  }

  private static boolean leadsSession(long pid) {
    return ProcStat.read(pid).filter(stat -> stat.session() == pid).isPresent();
  }

  /** The leader. */
  public Process process() {
    return process;
  }

  /** Every live process of the session. */
  public List<ProcessIdentity> members() {
    return live(processes.since(), this::member);
  }

  /** Those of them that are in the leader's process group. */
  public List<ProcessIdentity> group() {
    return live(processes.since(), stat -> member(stat) && stat.group() == process.pid());
  }

  private boolean member(ProcStat stat) {
    return stat.session() == process.pid();
  }

  /**
   * Sends a signal to the leader's process group, if there is anyone in it.
   *
   * @return whether it was sent
   */
  public boolean signalGroup(Signal signal) {
    return !group().isEmpty() && SignalSender.send(signal, "-" + process.pid());
  }

  /**
   * Asks the leader's process group to end, with SIGTERM.
   *
   * @param grace how long that is waited for
   */
  public void askToEnd(Duration grace, TimeSource time) {
    signalGroup(Signal.TERM);
    Waiter.reached(
        "the end of process group " + process.pid(),
        Deadline.in(grace, time),
        LOOK,
        () -> group().isEmpty());
  }

  /**
   * Ends what is left of the session, and whatever has left it but carries this marker, by SIGKILL.
   * Does all of this even in an interrupted thread, which is interrupted still afterwards.
   * Idempotent.
   *
   * @throws EvalctlException DEADLINE_EXCEEDED when some process cannot be ended
   * @see MarkedProcesses
   */
  public void endWithStrays(String marker, String value, TimeSource time) {
    boolean interrupted = Thread.interrupted();
    try {
      Waiter.until(
          "the end of session " + process.pid(),
          Deadline.in(END_LIMIT, time),
          LOOK,
          () -> {
            List<Long> since = processes.since();
            Set<ProcessIdentity> left = new HashSet<>(live(since, this::member));
            left.addAll(MarkedProcesses.find(marker, value, since));
            left.forEach(each -> each.signal(Signal.KILL));
            return left.isEmpty();
          });
      // The JVM learns a moment after the kernel that its child is gone.
      Waiter.until(
          "the exit code of process " + process.pid(),
          Deadline.in(END_LIMIT, time),
          LOOK,
          () -> !process.isAlive());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A number that is another process's by now is nobody's session. */
  private List<ProcessIdentity> live(List<Long> among, Predicate<ProcStat> wanted) {
    List<ProcessIdentity> found = new ArrayList<>();
    Optional<ProcessIdentity> holder = ProcessIdentity.of(process.pid());
    if (holder.isPresent() && !holder.equals(leader)) {
      return found;
    }
    for (long pid : among) {
      if (ProcStat.read(pid).filter(wanted).isPresent()) {
        ProcessIdentity.of(pid).ifPresent(found::add);
      }
    }
    return found;
  }
}
