package io.evalctl.operator;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.database.OperatorWatch;
import io.evalctl.process.InheritedEnvironment;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessSession;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An operator that evalctl started for one trial, in a session of its own. Its output goes into a
 * log file, 16 MiB at most. {@link #close()} ends it and whatever it left behind. Thread-safe.
 *
 * <p>What it leaves behind is found by its session and by {@link OperatorVariables#MARKER} in the
 * environment, even after a double fork. A program that is to outlive it, such as a node that it
 * restarts, must be in another session and without the marker; the subject's own commands see to
 * that.
 */
public final class OperatorProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final long MOST_LOG_BYTES = 16 << 20;

  private final AgentSpec spec;
  private final String token;
  private final Duration grace;
  private final TimeSource time;
  private final ProcessSession session;
  private final OutputDrain drain;
  private boolean stopped;

  private OperatorProcess(
      AgentSpec spec,
      Map<String, String> variables,
      String token,
      Path log,
      Duration grace,
      TimeSource time) {
    this.spec = spec;
    this.token = token;
    this.grace = grace;
    this.time = time;
    ProcessBuilder builder = new ProcessBuilder(OperatorCommandLine.of(spec));
    builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
    if (spec instanceof AgentSpec.Exec) {
      InheritedEnvironment.forProgram(builder.environment());
    }
    prepare(builder.environment(), variables, token);
    this.session = ProcessSession.start(builder, time);
    this.drain = OutputDrain.start(session.process().getInputStream(), log, MOST_LOG_BYTES);
  }

  /**
   * Starts one, in the current directory.
   *
   * @param spec one that evalctl starts: runbook or exec
   * @param variables what it is told; see {@link OperatorVariables}
   * @param token marks its processes; no two trials may have the same
   * @param log file for its output
   * @throws EvalctlException PROCESS_START when no process can be started at all
   */
  public static OperatorProcess start(
      AgentSpec spec, Map<String, String> variables, String token, Path log, TimeSource time) {
    return start(spec, variables, token, log, GRACE, time);
  }

  static OperatorProcess start(
      AgentSpec spec,
      Map<String, String> variables,
      String token,
      Path log,
      Duration grace,
      TimeSource time) {
    return new OperatorProcess(spec, variables, token, log, grace, time);
  }

  /**
   * Ends whatever a trial's operator left behind; for trials whose evalctl died.
   *
   * @return how many processes were ended
   */
  public static int endLeftBehind(String token, TimeSource time) {
    return MarkedProcesses.killAll(OperatorVariables.MARKER, token, time);
  }

  /** Options of evalctl itself are not for the operator: it may be, or call, an evalctl. */
  static void prepare(
      Map<String, String> environment, Map<String, String> variables, String token) {
    InheritedEnvironment.forEvalctl(environment);
    variables.forEach(
        (name, value) -> {
          if (!name.startsWith("EVALCTL_RUN_")) {
            throw new IllegalArgumentException("not a variable for operators: " + name);
          }
          environment.put(name, value);
        });
    environment.put(OperatorVariables.MARKER, token);
  }

  /** Whether the process that was started has ended; others of its making may go on. */
  public boolean exited() {
    return !session.process().isAlive();
  }

  /** Its exit code, once it has one. */
  public OptionalInt exitCode() {
    return exited() ? OptionalInt.of(session.process().exitValue()) : OptionalInt.empty();
  }

  /**
   * Waits until its database is ready.
   *
   * @throws EvalctlException OPERATOR_START when it is gone before that, OPERATOR_DATABASE when the
   *     deadline passes
   */
  public void awaitReady(OperatorWatch watch, Deadline deadline) {
    Waiter.reached("the operator", deadline, LOOK, () -> watch.ready() || gone());
    if (gone() && !watch.catchUp(Deadline.in(Duration.ZERO, time))) {
      throw startFailure();
    }
    watch.awaitReady(deadline);
  }

  /** A program may put itself into the background and end. */
  private boolean gone() {
    return exited()
        && session.members().isEmpty()
        && MarkedProcesses.find(OperatorVariables.MARKER, token).isEmpty();
  }

  private EvalctlException startFailure() {
    drain.finish();
    List<String> words = drain.lastLines(3);
    int code = session.process().exitValue();
    String why =
        switch (code) {
          case 126 -> " (not executable)";
          case 127 -> " (no such command)";
          default -> "";
        };
    return new EvalctlException(
        ErrorCode.OPERATOR_START,
        "operator '%s' ended with exit code %d%s before its database was ready"
            .formatted(spec, code, why),
        words.isEmpty() ? "it printed nothing" : "it said: " + String.join(" | ", words));
  }

  /**
   * Ends it: SIGTERM for its process group, SIGKILL after five seconds, then whatever is left of
   * its session and whatever carries its marker. Does all of this even in an interrupted thread.
   * Idempotent.
   *
   * @throws EvalctlException DEADLINE_EXCEEDED when some process cannot be ended
   */
  public synchronized void stop() {
    if (stopped) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      session.askToEnd(grace, time);
    } finally {
      interrupted |= Thread.interrupted();
      session.endWithStrays(OperatorVariables.MARKER, token, time);
      drain.finish();
      stopped = true;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    stop();
  }
}
