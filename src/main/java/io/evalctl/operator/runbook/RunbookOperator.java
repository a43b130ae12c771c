package io.evalctl.operator.runbook;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.OperatorVariables;
import io.evalctl.text.Plural;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The built-in operator: fixed rules, no model. It looks at every node each 100 ms, by the probes
 * that its description names where it names any; after two bad looks it opens a ticket; it starts
 * nodes that are stopped and restarts those that are paused or hung; it resolves the ticket when
 * all has been well for five looks. It knows nothing but what every operator is told. Not
 * thread-safe.
 */
public final class RunbookOperator {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final int BAD_LOOKS = 2;
  private static final int GOOD_LOOKS = 5;
  private static final int LOOKS_BETWEEN_UPDATES = 10;
  private static final Duration LONGEST_FAREWELL = Duration.ofMillis(800);

  private final SubjectDescription subject;
  private final SubjectWatch watch;
  private final TicketBook book;
  private final ShellCommand shell;
  private final PrintStream log;
  private final TimeSource time;
  private final Map<String, NodeCare> care = new HashMap<>();
  private boolean ticketOpen;
  private Instant firstBad;
  private int badLooks;
  private int goodLooks;
  private int actions;

  private RunbookOperator(
      SubjectDescription subject,
      SubjectWatch watch,
      TicketBook book,
      ShellCommand shell,
      PrintStream log,
      TimeSource time) {
    this.subject = subject;
    this.watch = watch;
    this.book = book;
    this.shell = shell;
    this.log = log;
    this.time = time;
  }

  /**
   * Operates until the thread is interrupted or the program is asked to end (SIGTERM, SIGINT).
   *
   * @param environment holds the variables of {@link OperatorVariables}
   * @param log gets a line for everything it does
   * @return the exit code
   * @throws EvalctlException USAGE when a variable is missing, FILE_UNREADABLE, INVALID_INPUT or
   *     OPERATOR_DATABASE when a file is not what it should be
   */
  public static int run(Map<String, String> environment, PrintStream log, TimeSource time) {
    Path database = path(environment, OperatorVariables.DATABASE).toAbsolutePath();
    SubjectDescription subject =
        SubjectDescription.read(path(environment, OperatorVariables.SUBJECT_JSON));
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(farewell(Thread.currentThread(), done));
    try (TicketBook book = new TicketBook(database, time)) {
      log.println("watching " + Plural.of(subject.nodes().size(), "node"));
      Path directory = database.getParent();
      new RunbookOperator(
              subject,
              new SubjectWatch(subject, directory, time),
              book,
              new ShellCommand(directory, "runbook-command.out"),
              log,
              time)
          .operate();
    } catch (SQLException e) {
      throw new EvalctlException(
          ErrorCode.OPERATOR_DATABASE,
          "cannot write " + database + ": " + e.getMessage(),
          "EVALCTL_RUN_OPERATOR_DB must name a file that can be written",
          e);
    } finally {
      done.countDown();
    }
    return 0;
  }

  private static Path path(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw EvalctlException.usage(
          name + " is not set", "a campaign sets it: evalctl campaign --agent runbook");
    }
    return Path.of(value);
  }

  /**
   * Lets the thread finish what it is at before the program ends. Not the thread's own end is
   * waited for: it may go on to System.exit, which waits for the program's end in turn.
   */
  private static Thread farewell(Thread operating, CountDownLatch done) {
    return new Thread(
        () -> {
          operating.interrupt();
          try {
            done.await(LONGEST_FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        "runbook-farewell");
  }

  private void operate() throws SQLException {
    try {
      while (!Thread.interrupted()) {
        consider(watch.look());
        time.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      log.println("asked to end");
    }
  }

  private void consider(SubjectLook look) throws SQLException, InterruptedException {
    if (look.healthy()) {
      badLooks = 0;
      goodLooks++;
      if (ticketOpen && goodLooks >= GOOD_LOOKS) {
        resolve(look);
      }
      return;
    }
    goodLooks = 0;
    badLooks++;
    if (badLooks == 1 && !ticketOpen) {
      firstBad = time.now();
    }
    if (!ticketOpen && badLooks >= BAD_LOOKS) {
      openTicket(look);
    }
    if (ticketOpen) {
      mend(look);
      if (badLooks % LOOKS_BETWEEN_UPDATES == 0) {
        book.seenAgain(badLooks);
      }
    }
  }

  private void openTicket(SubjectLook look) throws SQLException {
    ticketOpen = true;
    actions = 0;
    care.clear();
    book.open(look, firstBad, badLooks);
    log.println("ticket: " + look.summary());
  }

  private void mend(SubjectLook look) throws SQLException, InterruptedException {
    for (NodeLook node : look.nodes()) {
      NodeCare rules = care.computeIfAbsent(node.node(), any -> new NodeCare());
      if (rules.needsInspection(node.state(), time.nanoTime())) {
        book.reason(node.summary() + ": is its process there?");
        int status = execute("status", node.node()).exitCode();
        switch (rules.remedy(status, time.nanoTime())) {
          case NOTHING -> book.reason(node.node() + " runs; waiting for it");
          case START -> act("start", node, "its process is gone");
          case RESTART -> act("restart", node, "its process is paused or hangs");
        }
      }
    }
  }

  private void act(String verb, NodeLook node, String diagnosis)
      throws SQLException, InterruptedException {
    book.diagnose(node.summary() + ": " + diagnosis);
    actions++;
    ShellCommand.Result result = execute(verb, node.node());
    if (result.exitCode() != 0) {
      book.reason(verb + " failed; trying again later");
    }
  }

  private ShellCommand.Result execute(String verb, String node)
      throws SQLException, InterruptedException {
    String command = subject.command(verb, node);
    book.call(command);
    ShellCommand.Result result = shell.run(command);
    book.result(result);
    log.println(command + ": " + result.exitCode());
    return result;
  }

  private void resolve(SubjectLook look) throws SQLException {
    book.reason("all well for " + goodLooks + " looks: " + look.summary());
    book.resolve(
        actions == 0 ? "came back by itself" : "mended with " + Plural.of(actions, "command"));
    ticketOpen = false;
    log.println("resolved: " + look.summary());
  }
}
