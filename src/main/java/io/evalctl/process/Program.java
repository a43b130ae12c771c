package io.evalctl.process;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A program that is run to its end, in a session of its own. Whatever it leaves behind, children
 * that outlive it and such as called setsid themselves too, is ended with it: found by the session
 * and by a marker in the environment. Immutable and thread-safe; Linux only.
 *
 * @param command the words; the first is looked up on the PATH
 * @param directory in which it works
 * @param variables added to evalctl's own environment, from which every {@code EVALCTL_} variable
 *     is taken out first
 * @param input for its standard input
 * @param mostOutputBytes how much of its standard output is kept; the rest is read and dropped
 */
public record Program(
    List<String> command,
    Path directory,
    Map<String, String> variables,
    byte[] input,
    int mostOutputBytes) {
  private static final String MARKER = "EVALCTL_RUN_PROGRAM";
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int MOST_ERROR_BYTES = 16 << 10;

  /** For libpq they count more than the host and the database that a program is given. */
  private static final Set<String> LEADS_ELSEWHERE =
      Set.of(
          "PGSERVICE",
          "PGSERVICEFILE",
          "PGHOSTADDR",
          "PGTARGETSESSIONATTRS",
          "PGLOADBALANCEHOSTS",
          "PGCHANNELBINDING",
          "PGREQUIREAUTH");

  /** A pipe holds one page at least (pipe(7), "Pipe capacity"). */
  private static final int PIPE_SIZE = 4096;

  public Program {
    command = List.copyOf(command);
    variables = Map.copyOf(variables);
  }

  /**
   * Runs it. At the deadline it gets SIGTERM, and two seconds later SIGKILL.
   *
   * @throws io.evalctl.error.EvalctlException PROCESS_START when there is no setsid, INTERRUPTED
   *     when the calling thread is interrupted (the program is ended then, too)
   */
  public ProgramEnd run(Deadline deadline) {
    TimeSource time = deadline.time();
    String token = UUID.randomUUID().toString();
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    InheritedEnvironment.forProgram(builder.environment());
    if (variables.containsKey("PGDATABASE")) {
      builder.environment().keySet().removeIf(LEADS_ELSEWHERE::contains);
    }
    builder.environment().putAll(variables);
    builder.environment().put(MARKER, token);
    ProcessSession session = ProcessSession.start(builder, time);
    CapturedStream out =
        CapturedStream.head(session.process().getInputStream(), mostOutputBytes, "program-output");
    CapturedStream err =
        CapturedStream.tail(session.process().getErrorStream(), MOST_ERROR_BYTES, "program-errors");
    boolean inTime = false;
    try {
      feed(session.process());
      inTime =
          Waiter.reached(
              "the end of " + command.get(0), deadline, Waiter.Notice.of(session.process()));
      if (!inTime) {
        session.askToEnd(GRACE, time);
      }
    } finally {
      session.endWithStrays(MARKER, token, time);
    }
    out.finish();
    err.finish();
    return new ProgramEnd(
        session.process().exitValue(),
        !inTime,
        out.text(),
        out.truncated(),
        err.text(),
        deadline.elapsed());
  }

  /** What fits into a pipe for sure, and the rest on a thread of its own: nobody need read it. */
  private void feed(Process process) {
    if (input.length <= PIPE_SIZE) {
      write(process);
      return;
    }
    Thread feeder = new Thread(() -> write(process), "program-input");
    feeder.setDaemon(true);
    feeder.start();
  }

  private void write(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      // it did not want to know
    }
  }
}
