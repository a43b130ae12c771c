package io.evalctl.subject.compose;

import io.evalctl.process.ProcessOwner;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The labels that everything of a run carries: whose it is. */
final class RunLabels {
  static final String RUN = "io.evalctl.run";

  private RunLabels() {}

  static Map<String, String> of(String runId, ProcessOwner owner, Instant created) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(RUN, runId);
    labels.put("io.evalctl.kind", "subject");
    labels.put("io.evalctl.pid", Long.toString(owner.process().pid()));
    labels.put("io.evalctl.host", owner.host());
    labels.put("io.evalctl.created", created.toString());
    return labels;
  }
}
