package io.evalctl.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import java.util.Collection;

/**
 * Writes that were acknowledged to the canary and are gone, over one or more trials. Where no node
 * could be read back it is not known whether there are any.
 *
 * @param writes over the trials in which at least one node was read back; null without such a trial
 * @param unknownTrials trials in which none was
 * @param nodesRead nodes that were read back, over all trials
 * @param nodes that there are, over all trials
 */
public record LostWrites(Integer writes, int unknownTrials, int nodesRead, int nodes) {
  private static final LostWrites NOTHING = new LostWrites(null, 0, 0, 0);

  public static LostWrites of(Collection<TrialRow> trials) {
    return trials.stream().map(LostWrites::of).reduce(NOTHING, LostWrites::and);
  }

  public static LostWrites of(TrialRow trial) {
    JsonNode canary = Json.parse(trial.canaryJson());
    int nodes = canary.path("nodes").asInt(canary.path("missingPerNode").size());
    int read = 0;
    for (JsonNode missing : canary.path("missingPerNode")) {
      read += missing.isNull() ? 0 : 1;
    }
    // An older evalctl wrote 0 where nothing could be read.
    boolean unread = nodes > 0 && read == 0 && canary.path("acknowledgedWrites").asInt(1) > 0;
    return unread || !canary.path("lostWrites").isInt()
        ? new LostWrites(null, 1, read, nodes)
        : new LostWrites(canary.path("lostWrites").asInt(), 0, read, nodes);
  }

  private LostWrites and(LostWrites other) {
    return new LostWrites(
        writes == null || other.writes == null
            ? writes == null ? other.writes : writes
            : (Integer) (writes + other.writes),
        unknownTrials + other.unknownTrials,
        nodesRead + other.nodesRead,
        nodes + other.nodes);
  }

  /** As in a table: {@code 3}, or {@code – (0/3 nodes)}. */
  public String text() {
    return (writes == null ? "–" : writes.toString())
        + (nodesRead < nodes ? " (%d/%d nodes)".formatted(nodesRead, nodes) : "");
  }
}
