package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.process.ProcessIdentity;

/**
 * The process that a node had when its fault was planned.
 *
 * @param node name of the node
 */
record NodeProcess(String node, ProcessIdentity process) {

  /** As metadata of a fault: node, pid, startTicks. */
  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("node", node)
        .put("pid", process.pid())
        .put("startTicks", process.startTicks());
  }

  static NodeProcess of(JsonNode metadata) {
    return new NodeProcess(
        metadata.path("node").asText(),
        new ProcessIdentity(metadata.path("pid").asLong(), metadata.path("startTicks").asLong()));
  }
}
