package io.evalctl.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.clock.TimeSource;
import io.evalctl.results.JournalRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunReference;
import io.evalctl.subject.compose.fault.ComposeFaultRecovery;
import io.evalctl.subject.compose.fault.ComposeFaultRecovery.OpenFault;
import io.evalctl.subject.compose.fault.ComposeFaultRecovery.Recovered;
import io.evalctl.text.PastTense;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Faults of evalctl that are dead: those of embedded subjects ended with them, those in containers
 * are undone. The journal tells of them, and so do claims when the journal is lost.
 */
final class AbandonedFaults {
  private final Path claims;
  private final ResultsStore store;
  private final Map<String, String> environment;
  private final TimeSource time;
  private final List<String> failures = new ArrayList<>();

  /**
   * @param store or null where there is none, and so no journal
   */
  AbandonedFaults(
      Path claims, ResultsStore store, Map<String, String> environment, TimeSource time) {
    this.claims = claims;
    this.store = store;
    this.environment = environment;
    this.time = time;
  }

  /** What {@link #undo} would do, a line each. */
  List<String> find() {
    List<String> actions = new ArrayList<>();
    gone().forEach(row -> actions.add(close(row)));
    try (ComposeFaultRecovery recovery = recovery()) {
      inContainers(recovery).forEach(fault -> actions.add(ComposeFaultRecovery.describe(fault)));
    }
    return actions;
  }

  /** Undoes and closes them all; what failed is in {@link #failures} afterwards. */
  List<String> undo() {
    List<String> actions = new ArrayList<>();
    for (JournalRow row : gone()) {
      store.journal().undone(row.id(), time.now(), "subject-gone");
      actions.add(PastTense.of(close(row)));
    }
    try (ComposeFaultRecovery recovery = recovery()) {
      List<OpenFault> faults = inContainers(recovery);
      for (Recovered recovered : recovery.recover(faults)) {
        record(recovered, actions);
      }
      if (failures.isEmpty()) {
        faults.stream()
            .map(OpenFault::metadata)
            .filter(metadata -> metadata.has("toolsImage"))
            .findFirst()
            .ifPresent(recovery::removeTools);
      }
    }
    return actions;
  }

  private void record(Recovered recovered, List<String> actions) {
    OpenFault fault = recovered.fault();
    String what = ComposeFaultRecovery.describe(fault);
    if (recovered.failure() != null) {
      failures.add("could not %s: %s".formatted(what, recovered.failure().getMessage()));
      if (fault.id() != 0) {
        store.journal().undoFailed(fault.id(), recovered.failure().getMessage());
      }
      return;
    }
    if (fault.id() != 0) {
      store.journal().undone(fault.id(), time.now(), recovered.note());
    }
    actions.add(
        PastTense.of(what)
            + ": "
            + (recovered.note() == null ? "it is as it was before" : recovered.note()));
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  private ComposeFaultRecovery recovery() {
    return new ComposeFaultRecovery(claims, environment, time);
  }

  private List<JournalRow> gone() {
    return abandoned().stream().filter(row -> !ComposeFaultRecovery.owns(metadata(row))).toList();
  }

  /** Each once, however many tell of it. */
  private List<OpenFault> inContainers(ComposeFaultRecovery recovery) {
    Map<String, OpenFault> byTag = new LinkedHashMap<>();
    for (JournalRow row : abandoned()) {
      JsonNode metadata = metadata(row);
      if (ComposeFaultRecovery.owns(metadata)) {
        byTag.put(
            metadata.path("tag").asText(),
            new OpenFault(row.id(), ChaosType.parse(row.chaosType()), metadata));
      }
    }
    recovery
        .abandonedClaims()
        .forEach(claim -> byTag.putIfAbsent(claim.metadata().path("tag").asText(), claim));
    return List.copyOf(byTag.values());
  }

  private List<JournalRow> abandoned() {
    return store == null
        ? List.of()
        : store.journal().open().stream().filter(row -> row.owner().dead()).toList();
  }

  private static JsonNode metadata(JournalRow row) {
    return Json.parse(row.metadataJson());
  }

  private static String close(JournalRow row) {
    return "close fault %d (%s of %s): its subject is gone"
        .formatted(row.id(), row.chaosType(), RunReference.campaign(row.campaignId()));
  }
}
