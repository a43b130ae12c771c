package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run's own form of a Compose file, as {@code config} prints it: names and published ports that
 * would clash with another run's are taken out, the run's own are put in, and everything is
 * labelled.
 */
final class DerivedComposeFile {
  private final SubjectDefinition subject;
  private final ObjectNode model;

  private DerivedComposeFile(SubjectDefinition subject, ObjectNode model) {
    this.subject = subject;
    this.model = model;
  }

  /**
   * @param canonical what {@code config} printed, which is changed
   * @param containers the container's name for each node
   * @param published for each node its ports: in the container, on 127.0.0.1
   * @param labels for containers, networks and volumes
   * @throws EvalctlException INVALID_INPUT when the subject's nodes are not in it
   */
  static ObjectNode of(
      SubjectDefinition subject,
      ObjectNode canonical,
      Map<String, String> containers,
      Map<String, Map<Integer, Integer>> published,
      Map<String, String> labels) {
    DerivedComposeFile file = new DerivedComposeFile(subject, canonical);
    file.checkNodes();
    canonical.remove("name");
    file.services()
        .properties()
        .forEach(entry -> file.anonymous((ObjectNode) entry.getValue(), labels));
    for (NodeDefinition node : subject.nodes()) {
      ObjectNode service = (ObjectNode) file.services().get(node.service());
      service.put("container_name", containers.get(node.name()));
      ArrayNode ports = service.putArray("ports");
      published
          .get(node.name())
          .forEach((inside, outside) -> ports.add("127.0.0.1:" + outside + ":" + inside));
      if (ports.isEmpty()) {
        service.remove("ports");
      }
    }
    file.labelShared("networks", labels);
    file.labelShared("volumes", labels);
    return canonical;
  }

  private ObjectNode services() {
    JsonNode services = model.path("services");
    if (!services.isObject()) {
      throw wrong("the Compose file has no services", null);
    }
    return (ObjectNode) services;
  }

  private void checkNodes() {
    List<String> known = new ArrayList<>();
    services().fieldNames().forEachRemaining(known::add);
    Set<String> taken = new HashSet<>();
    for (NodeDefinition node : subject.nodes()) {
      JsonNode service = services().path(node.service());
      if (service.isMissingNode()) {
        throw wrong(
            "node %s: the Compose file has no service '%s'".formatted(node.name(), node.service()),
            Suggestion.among(node.service(), known));
      }
      if (!taken.add(node.service())) {
        throw wrong("two nodes are the service '" + node.service() + "'", "give each its own");
      }
      int replicas = service.path("scale").asInt(service.path("deploy").path("replicas").asInt(1));
      if (replicas != 1) {
        throw wrong(
            "node %s: service '%s' has %d replicas"
                .formatted(node.name(), node.service(), replicas),
            "a node is one container: make a service of each");
      }
      if (service.path("network_mode").asText().equals("host") && !node.ports().isEmpty()) {
        throw wrong(
            "node %s: service '%s' is on the host's network, where no port can be published"
                .formatted(node.name(), node.service()),
            "take network_mode out");
      }
    }
  }

  private EvalctlException wrong(String what, String hint) {
    return new EvalctlException(ErrorCode.INVALID_INPUT, subject.source() + ": " + what, hint);
  }

  private void anonymous(ObjectNode service, Map<String, String> labels) {
    service.remove("container_name");
    service.remove("ports");
    label(service, labels);
  }

  /** What is external belongs to somebody else and stays as it is. */
  private void labelShared(String kind, Map<String, String> labels) {
    ObjectNode shared = model.withObjectProperty(kind);
    if (kind.equals("networks") && usesDefaultNetwork()) {
      shared.putIfAbsent("default", model.objectNode());
    }
    for (Map.Entry<String, JsonNode> entry : shared.properties()) {
      ObjectNode item =
          entry.getValue().isObject() ? (ObjectNode) entry.getValue() : model.objectNode();
      if (!item.hasNonNull("external") || item.path("external").asText().equals("false")) {
        item.remove("name");
        label(item, labels);
      }
      entry.setValue(item);
    }
    if (shared.isEmpty()) {
      model.remove(kind);
    }
  }

  private boolean usesDefaultNetwork() {
    return services().properties().stream()
        .map(Map.Entry::getValue)
        .anyMatch(service -> !service.has("networks") && !service.has("network_mode"));
  }

  private static void label(ObjectNode item, Map<String, String> labels) {
    JsonNode given = item.path("labels");
    ObjectNode all = item.objectNode();
    if (given.isObject()) {
      all.setAll((ObjectNode) given);
    }
    for (JsonNode line : given.isArray() ? given : item.arrayNode()) {
      String[] parts = line.asText().split("=", 2);
      all.put(parts[0], parts.length == 2 ? parts[1] : "");
    }
    labels.forEach(all::put);
    item.set("labels", all);
  }
}
