package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.database.OperatorCommand;
import io.evalctl.operator.database.TrackedTicket;
import io.evalctl.results.Json;
import io.evalctl.results.Timestamps;
import io.evalctl.results.TrialRow;
import io.evalctl.subject.LedgerCheck;
import io.evalctl.subject.NodeHealth;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a trial has found so far, and the row it makes of it. Used by the trial's thread. */
final class TrialFindings {
  private final TrialSpec spec;
  private final Timeline timeline;
  private final Set<String> flags = new LinkedHashSet<>();
  private HealthHistory history = new HealthHistory();
  private JsonNode initialState = Json.object();
  private JsonNode finalState = Json.object();
  private FaultPlan plan;
  private Long injected;
  private Long onset;
  private Instant liftedAt;
  private boolean endedEarly;
  private Instant undoneAt;
  private TrackedTicket ticket;
  private List<OperatorCommand> commands = List.of();
  private boolean operatorLogs;
  private JsonNode operatorData = Json.object();
  private LedgerCheck ledger;
  private EvalctlException failure;

  TrialFindings(TrialSpec spec, Timeline timeline) {
    this.spec = spec;
    this.timeline = timeline;
  }

  Timeline timeline() {
    return timeline;
  }

  void history(HealthHistory recorded) {
    history = recorded;
  }

  void initialState(JsonNode state) {
    initialState = state;
  }

  void finalState(JsonNode state) {
    finalState = state;
  }

  void planned(FaultPlan decided) {
    plan = decided;
  }

  void injected(long nanos) {
    injected = nanos;
    timeline.add("chaos-injected", nanos, Json.object().put("type", plan.type().label()));
  }

  /** When the fault was begun, if it was. */
  Optional<Long> injected() {
    return Optional.ofNullable(injected);
  }

  /**
   * @param directory what it may write into; nothing for one that runs already
   */
  void operatorStarted(Optional<Path> directory) {
    ObjectNode detail = Json.object();
    directory.ifPresent(path -> detail.put("directory", path.toString()));
    timeline.add("agent-started", detail);
  }

  void onset(long nanos) {
    onset = nanos;
    timeline.add("onset", nanos, Json.object());
  }

  long onset() {
    return onset;
  }

  /**
   * @param early whether it had ended before
   */
  void lifted(Instant at, boolean early) {
    liftedAt = at;
    endedEarly = early;
    if (early) {
      flags.add(TrialFlag.FAULT_ENDED_EARLY.label());
    }
  }

  boolean lifted() {
    return liftedAt != null;
  }

  void undone(Instant at) {
    undoneAt = liftedAt == null ? at : liftedAt;
    timeline.add("undone", Json.object());
  }

  void ledger(LedgerCheck check) {
    ledger = check;
  }

  void operator(TrialOperator operator) {
    ticket = operator.ticket().orElse(null);
    commands = operator.commands();
    operatorLogs = operator.logs();
    operatorData = operator.data();
    if (operator.exited()) {
      flags.add(TrialFlag.AGENT_EXITED.label());
    }
    if (ticket != null) {
      flags.addAll(ticket.flags());
    }
    operator.addTo(timeline);
  }

  /** The first failure stays. */
  void failed(EvalctlException e) {
    if (failure == null) {
      failure = e;
      timeline.add(
          "error", Json.object().put("code", e.code().name()).put("message", e.getMessage()));
    }
  }

  Optional<EvalctlException> failure() {
    return Optional.ofNullable(failure);
  }

  /** The row, judged. */
  TrialRow row(Duration settle, Instant endedAt) {
    Verdict verdict =
        failure == null
            ? Judge.decide(evidence(settle))
            : new Verdict(Outcome.INVALID, HealedBy.NONE, null, null);
    new Oddities(spec.arm(), history, initialState.size(), plan, injected, onset, ledger, verdict)
        .flags()
        .forEach(flag -> flags.add(flag.label()));
    if (verdict.recoveredAt() != null) {
      timeline.add("recovered", verdict.recoveredAt(), Json.object());
    }
    timeline.add(
        "outcome",
        Json.object()
            .put("outcome", verdict.outcome().label())
            .put("healedBy", verdict.healedBy().label()));
    Long detected = detected();
    Long resolved = resolved();
    return new TrialRow(
        0,
        spec.campaignId(),
        timeline.startedAt(),
        at(injected),
        at(detected),
        at(resolved),
        endedAt,
        initialState.toString(),
        finalState.toString(),
        metadata().toString(),
        commandsJson().toString(),
        spec.ordinal(),
        spec.attempt(),
        spec.arm().label(),
        spec.seed(),
        plan == null || plan.targets().isEmpty() ? null : String.join(",", plan.targets()),
        verdict.outcome().label(),
        verdict.healedBy().label(),
        ticketNumber(),
        at(onset),
        at(verdict.recoveredAt()),
        undoneAt,
        sinceOnset(detected),
        sinceOnset(resolved),
        sinceOnset(verdict.recoveredAt()),
        unavailableMs(),
        canaryJson().toString(),
        Collateral.of(
                spec.arm(), initialState, finalState, plan == null ? List.of() : plan.targets())
            .toString(),
        operatorData.toString(),
        flagsJson().toString(),
        failure == null ? null : failure.code().name(),
        failure == null ? null : failure.getMessage());
  }

  private TrialEvidence evidence(Duration settle) {
    return new TrialEvidence(
        spec.arm(),
        onset,
        lifted(),
        endedEarly,
        detected(),
        resolved(),
        operatorLogs,
        commands.stream().map(OperatorCommand::nanos).map(this::notBeforeOnset).toList(),
        settle,
        history);
  }

  /** An operator may be faster than the witness; what it does then is done about the fault. */
  private long notBeforeOnset(long command) {
    return injected != null && command >= injected ? Math.max(command, onset) : command;
  }

  private Long detected() {
    return ticket == null ? null : (Long) ticket.detectedNanos();
  }

  private Long resolved() {
    return ticket == null || ticket.resolvedNanos().isEmpty()
        ? null
        : (Long) ticket.resolvedNanos().getAsLong();
  }

  private Long ticketNumber() {
    return ticket == null || ticket.number().isEmpty() ? null : (Long) ticket.number().getAsLong();
  }

  private Instant at(Long nanos) {
    return nanos == null ? null : timeline.at(nanos);
  }

  private Long sinceOnset(Long nanos) {
    return nanos == null || onset == null ? null : (Long) Math.round((nanos - onset) / 1e6);
  }

  private Long unavailableMs() {
    return injected == null ? null : (Long) history.unavailable(injected).toMillis();
  }

  private JsonNode canaryJson() {
    return CanarySummary.of(history.operations(), ledger);
  }

  private ObjectNode metadata() {
    ObjectNode metadata = plan == null ? Json.object() : plan.metadata().deepCopy();
    if (plan != null) {
      metadata.put("type", plan.type().label());
      metadata.put("role", plan.role());
      ArrayNode roles = metadata.putArray("roles");
      Map<String, NodeHealth> before = injected == null ? Map.of() : history.nodesAt(injected);
      for (int i = 0; i < plan.targets().size(); i++) {
        NodeHealth health = before.get(plan.targets().get(i));
        roles.add(i == 0 || health == null ? plan.role() : health.role());
      }
    }
    return metadata;
  }

  private ArrayNode commandsJson() {
    ArrayNode list = Json.array();
    for (OperatorCommand command : commands) {
      list.addObject()
          .put("tool_name", command.toolName())
          .put("exit_code", command.exitCode())
          .put("timestamp", Timestamps.format(command.timestamp()))
          .set("tool_params", command.toolParams());
    }
    return list;
  }

  private ArrayNode flagsJson() {
    ArrayNode list = Json.array();
    flags.forEach(list::add);
    return list;
  }
}
