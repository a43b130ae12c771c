package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.process.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;

/**
 * The container of a node as it was when a fault was planned, and thereby what is the fault's to
 * undo: what has been started or made since is not.
 *
 * @param pidStart start of its first process in ticks; 0 when that is not a process of this machine
 * @param policy its restart policy
 */
record Struck(
    String node,
    String name,
    String id,
    String project,
    String startedAt,
    long pid,
    long pidStart,
    String policy,
    JsonNode json) {

  /** Adds a node to a fault's metadata. */
  static ObjectNode add(ObjectNode metadata, String node, ContainerState state) {
    return metadata
        .withArray("nodes")
        .addObject()
        .put("node", node)
        .put("container", state.name())
        .put("containerId", state.id())
        .put("project", state.project())
        .put("startedAt", state.startedAt())
        .put("pid", state.pid())
        .put(
            "pidStart",
            HostAccess.isHere(state)
                ? state.process().map(ProcessIdentity::startTicks).orElse(0L)
                : 0L)
        .put("restartPolicy", state.restartPolicy());
  }

  static List<Struck> all(JsonNode metadata) {
    List<Struck> all = new ArrayList<>();
    for (JsonNode node : metadata.path("nodes")) {
      all.add(
          new Struck(
              node.path("node").asText(),
              node.path("container").asText(),
              node.path("containerId").asText(),
              node.path("project").asText(),
              node.path("startedAt").asText(),
              node.path("pid").asLong(),
              node.path("pidStart").asLong(),
              node.path("restartPolicy").asText(),
              node));
    }
    return all;
  }

  /** For faults of a single node. */
  static Struck one(JsonNode metadata) {
    return all(metadata).get(0);
  }

  /** Whether it is still the same container, started no anew. */
  boolean untouched(ContainerState now) {
    return sameContainer(now) && now.running() && now.startedAt().equals(startedAt);
  }

  boolean sameContainer(ContainerState now) {
    return now.id().equals(id);
  }
}
