package io.evalctl.campaign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.AgentSpec;
import io.evalctl.operator.OperatorProcess;
import io.evalctl.operator.OperatorVariables;
import io.evalctl.operator.database.OperatorCommand;
import io.evalctl.operator.database.OperatorEvent;
import io.evalctl.operator.database.OperatorTimezone;
import io.evalctl.operator.database.OperatorWatch;
import io.evalctl.operator.database.TrackedTicket;
import io.evalctl.results.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The operator of one trial: its process, where evalctl starts one, and its database. Used by the
 * trial's thread.
 */
final class TrialOperator implements AutoCloseable {
  private static final Duration READ_LIMIT = Duration.ofSeconds(5);

  private final Path directory;
  private final OperatorProcess process;
  private final OperatorWatch watch;
  private final TimeSource time;

  private TrialOperator(
      Path directory, OperatorProcess process, OperatorWatch watch, TimeSource time) {
    this.directory = directory;
    this.process = process;
    this.watch = watch;
    this.time = time;
  }

  static TrialOperator start(TrialContext context) {
    CampaignPlan plan = context.plan();
    OperatorTimezone zone =
        plan.operatorTimesLocal() ? OperatorTimezone.LOCAL : OperatorTimezone.UTC;
    if (plan.agent() instanceof AgentSpec.External) {
      return new TrialOperator(null, null, watch(context, plan.operatorDb(), zone), context.time());
    }
    Path directory = trialDirectory(context);
    Path database = directory.resolve("operator.db");
    Map<String, String> variables = new HashMap<>(context.subject().agentEnvironment());
    variables.put(OpenedSubject.RUN_MARKER, context.opened().runId());
    variables.put(OperatorVariables.DATABASE, database.toString());
    variables.put(OperatorVariables.TRIAL_DIRECTORY, directory.toString());
    OperatorWatch watch = watch(context, database, zone);
    try {
      OperatorProcess process =
          OperatorProcess.start(
              plan.agent(),
              variables,
              context.opened().runId() + "-" + directory.getFileName(),
              directory.resolve("agent.log"),
              context.time());
      return new TrialOperator(directory, process, watch, context.time());
    } catch (RuntimeException e) {
      watch.close();
      throw e;
    }
  }

  /** Whatever is copied goes with the run, even when this process is killed. */
  private static OperatorWatch watch(TrialContext context, Path database, OperatorTimezone zone) {
    return OperatorWatch.open(database, zone, context.runDirectory(), context.time());
  }

  /** What it may write into; nothing for one that evalctl does not start. */
  Optional<Path> directory() {
    return Optional.ofNullable(directory);
  }

  /** Waits until its database is there; notices when its process ends instead. */
  void awaitReady(Deadline deadline) {
    if (process == null) {
      watch.awaitReady(deadline);
    } else {
      process.awaitReady(watch, deadline);
    }
  }

  void warmUp(Duration length) {
    Waiter.pause("the agent to warm up", length, time);
  }

  void mark() {
    watch.mark(Deadline.in(READ_LIMIT, time));
  }

  void onset(long injectedNanos, long nanos) {
    watch.onset(injectedNanos, nanos);
  }

  Optional<TrackedTicket> ticket() {
    return watch.ticket();
  }

  List<OperatorCommand> commands() {
    return watch.commands();
  }

  boolean logs() {
    return watch.logged();
  }

  boolean exited() {
    return process != null && process.exited();
  }

  /**
   * Reads what the last look cannot have seen yet.
   *
   * @throws EvalctlException OPERATOR_DATABASE when it cannot be read: then nobody knows what the
   *     operator claimed
   */
  void catchUp() {
    if (!watch.catchUp(Deadline.in(READ_LIMIT, time))) {
      throw new EvalctlException(
          ErrorCode.OPERATOR_DATABASE,
          "operator database could not be read at the trial's end: "
              + watch.problem().orElse("it is being written"),
          "does the operator hold a lock on it, or remove it?");
    }
  }

  /** Everything it told: the content of {@code trials.operator_data_json}. */
  ObjectNode data() {
    ObjectNode data = Json.object();
    data.put("startupTickets", watch.startupTickets());
    ticket().ifPresent(tracked -> data.put("trackedTicket", tracked.id()));
    data.set("tickets", watch.tickets());
    return data;
  }

  /** Its claims, at the moments that durations are taken from; commands with what came of them. */
  void addTo(Timeline timeline) {
    Map<String, TrackedTicket> tickets = new HashMap<>();
    watch.allTickets().forEach(known -> tickets.put(known.id(), known));
    for (OperatorEvent event : watch.drainEvents()) {
      long seen = event.sighting().nanos();
      if (event instanceof OperatorEvent.TicketOpened opened) {
        Optional<TrackedTicket> known = Optional.ofNullable(tickets.get(opened.ticket()));
        addTicket(
            timeline,
            "ticket-opened",
            opened.ticket(),
            seen,
            known.map(TrackedTicket::detectedNanos));
      } else if (event instanceof OperatorEvent.TicketUpdated updated) {
        timeline.add(
            "ticket-updated", seen, named(updated.ticket()).put("status", updated.status()));
      } else if (event instanceof OperatorEvent.TicketResolved resolved) {
        Optional<TrackedTicket> known = Optional.ofNullable(tickets.get(resolved.ticket()));
        addTicket(
            timeline,
            "ticket-resolved",
            resolved.ticket(),
            seen,
            known
                .filter(ticket -> ticket.resolved() != null)
                .map(ticket -> ticket.resolved().nanos()));
      }
    }
    for (OperatorCommand command : commands()) {
      ObjectNode detail = Json.object();
      detail.put("toolName", command.toolName());
      detail.put("exitCode", command.exitCode());
      detail.set("toolParams", command.toolParams());
      timeline.add("command", command.nanos(), detail);
    }
  }

  private void addTicket(
      Timeline timeline, String kind, String ticket, long seen, Optional<Long> claimed) {
    ObjectNode detail = named(ticket);
    claimed.ifPresent(at -> detail.put("sightedAfterMs", (seen - at) / 1e6));
    timeline.add(kind, claimed.orElse(seen), detail);
  }

  private static ObjectNode named(String ticket) {
    OptionalLong number = TrackedTicket.number(ticket);
    return number.isPresent()
        ? Json.object().put("ticket", number.getAsLong())
        : Json.object().put("ticket", ticket);
  }

  @Override
  public void close() {
    Cleanup cleanup = new Cleanup();
    if (process != null) {
      cleanup.add(process::close);
    }
    cleanup.add(watch::close);
    cleanup.run();
  }

  /** Its name says nothing: neither campaign nor arm is for the operator to know. */
  private static Path trialDirectory(TrialContext context) {
    String name = UUID.randomUUID().toString();
    Path directory = context.runDirectory().resolve("trials").resolve(name);
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "directory " + directory + " cannot be made", null, e);
    }
  }
}
