package io.evalctl.subject.zookeeper;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Takes down the state of every node. What cannot be known of a node just now is null; what is on
 * its disk is there even when it is dead.
 *
 * @param nodePorts each node's own client port
 */
record StateCapture(EnsembleHome home, Map<String, Integer> nodePorts, TimeSource time) {
  private static final Duration ANSWER_LIMIT = Duration.ofMillis(350);
  private static final Duration READ_LIMIT = Duration.ofMillis(600);

  ObjectNode take() {
    Map<String, ServerStatus> serving = ServerStatus.ofServing(nodePorts, ANSWER_LIMIT, time);
    Map<String, Integer> readable = new LinkedHashMap<>(nodePorts);
    readable.keySet().retainAll(serving.keySet());
    Map<String, SortedMap<String, String>> canary =
        CanaryReader.read(readable, Deadline.in(READ_LIMIT, time));
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    for (NodeHome node : home.nodes()) {
      describe(
          state.putObject(node.name()),
          node,
          Optional.ofNullable(serving.get(node.name())),
          Optional.ofNullable(canary.get(node.name())));
    }
    return state;
  }

  private static void describe(
      ObjectNode state,
      NodeHome node,
      Optional<ServerStatus> status,
      Optional<SortedMap<String, String>> canary) {
    Optional<ProcessIdentity> process = node.process();
    state.put("alive", process.isPresent());
    state.put("paused", process.filter(ProcessIdentity::stopped).isPresent());
    state.put("pid", process.map(ProcessIdentity::pid).orElse(null));
    state.put("startTicks", process.map(ProcessIdentity::startTicks).orElse(null));
    state.put("mode", status.map(ServerStatus::mode).orElse(null));
    state.put("epoch", epoch(node));
    state.put("zxid", status.map(ServerStatus::zxid).orElse(null));
    state.put("connections", status.map(ServerStatus::connections).orElse(null));
    state.put("znodes", status.map(ServerStatus::znodes).orElse(null));
    state.put("configSha256", digest(node.config()));
    state.put("canarySha256", canary.map(CanaryKeys::digest).orElse(null));
  }

  private static Long epoch(NodeHome node) {
    OptionalLong epoch = node.currentEpoch();
    return epoch.isPresent() ? epoch.getAsLong() : null;
  }

  private static String digest(Path file) {
    try {
      return CanaryKeys.sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      return null;
    }
  }
}
