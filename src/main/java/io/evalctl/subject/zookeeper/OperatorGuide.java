package io.evalctl.subject.zookeeper;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an operator is told about an ensemble: everything about the system, nothing about the
 * evaluation.
 *
 * @param home where the ensemble is
 * @param clientPorts on which clients reach each node
 */
record OperatorGuide(EnsembleHome home, Map<String, Integer> clientPorts) {
  private static final List<String> VERBS = List.of("start", "stop", "restart", "status", "log");

  /** For people and models, in Markdown. */
  String text() {
    String rows =
        home.nodes().stream()
            .map(
                node ->
                    "| %s | %s | %s |".formatted(node.name(), address(node), node.dir().toString()))
            .collect(Collectors.joining("\n"));
    return ShippedText.fill(
        "context.md",
        Map.of(
            "COUNT", Integer.toString(home.nodes().size()),
            "QUORUM", Integer.toString(home.nodes().size() / 2 + 1),
            "TICK", Integer.toString(ServerConfiguration.TICK_MILLIS),
            "NODES", rows,
            "DESCRIPTION", home.description().toString(),
            "COMMAND", command()));
  }

  /** For programs: the content of subject.json. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schemaVersion", 1);
    json.put("subject", ZookeeperSubject.NAME);
    json.put("home", home.dir().toString());
    var nodes = json.putArray("nodes");
    for (NodeHome node : home.nodes()) {
      nodes
          .addObject()
          .put("name", node.name())
          .put("id", node.id())
          .put("clientAddress", address(node))
          .put("config", node.config().toString())
          .put("dataDir", node.dataDir().toString())
          .put("logFile", node.logFile().toString())
          .put("pidFile", node.pidFile().toString());
    }
    ObjectNode commands = json.putObject("commands");
    VERBS.forEach(verb -> commands.put(verb, command() + " " + verb + " {node}"));
    return json;
  }

  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("EVALCTL_RUN_SUBJECT_HOME", home.dir().toString());
    environment.put("EVALCTL_RUN_SUBJECT_JSON", home.description().toString());
    environment.put("EVALCTL_RUN_AGENT_CONTEXT", home.context().toString());
    return environment;
  }

  private String command() {
    return ShellWord.quote(home.nodeCommand().toString());
  }

  private String address(NodeHome node) {
    return "127.0.0.1:" + clientPorts.get(node.name());
  }
}
