package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import java.time.Duration;

/**
 * A file of a node is damaged and its process killed, so that it does not come back before the file
 * is mended. Undone by restoring the file and starting the node. A file that somebody has changed
 * since is left alone; the node is then started if it is down, and stays down if it cannot start
 * with that.
 */
abstract class FileFaults implements FaultFamily {
  final NodeProcesses processes;

  FileFaults(NodeProcesses processes) {
    this.processes = processes;
  }

  /** What was in the file. */
  abstract byte[] original(JsonNode metadata);

  @Override
  public final boolean visible(FaultPlan plan) {
    return state(plan.metadata()) == DamagedFile.State.DAMAGED
        && !NodeProcess.of(plan.metadata()).process().alive();
  }

  @Override
  public final Duration witnessDeadline() {
    return Duration.ofSeconds(5);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    NodeProcess struck = NodeProcess.of(metadata);
    switch (state(metadata)) {
      case DAMAGED -> {
        FileContent.replace(DamagedFile.of(metadata).file(), original(metadata));
        if (!struck.process().alive()) {
          // What runs now can only be a start that has read the damaged file, and is about to fail.
          processes.restart(struck.node());
        }
      }
      case BEFORE -> processes.startUnlessItRuns(struck.node());
      case FOREIGN -> processes.tryToStart(struck.node());
    }
  }

  @Override
  public final boolean gone(ChaosType type, JsonNode metadata) {
    return switch (state(metadata)) {
      case DAMAGED -> false;
      case BEFORE -> processes.runs(NodeProcess.of(metadata).node());
      case FOREIGN -> true;
    };
  }

  /** A fault that was not made has damaged no file yet. */
  private static DamagedFile.State state(JsonNode metadata) {
    return metadata.has("file") ? DamagedFile.of(metadata).state() : DamagedFile.State.BEFORE;
  }
}
