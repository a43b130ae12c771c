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
import java.util.regex.Pattern;

/**
 * One run's own form of a Compose file, as {@code config} prints it: names and published ports that
 * would clash with another run's are taken out, the run's own are put in, and everything is
 * labelled.
 */
final class DerivedComposeFile {
  private static final Pattern SHARED = Pattern.compile("host|none|service:.*|container:.*");

  private final SubjectDefinition subject;
  private final ObjectNode model;

  private DerivedComposeFile(SubjectDefinition subject, ObjectNode model) {
    this.subject = subject;
    this.model = model;
  }

  /**
   * @param canonical what {@code config} printed, which is changed
   * @param containers the container's name for each node, and for each companion
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
    for (String service : subject.companions().keySet()) {
      ((ObjectNode) file.services().get(service)).put("container_name", containers.get(service));
    }
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
    for (String service : subject.companions().keySet()) {
      checkService("companion " + service, service, known);
    }
    Set<String> taken = new HashSet<>();
    for (NodeDefinition node : subject.nodes()) {
      JsonNode service = checkService("node " + node.name(), node.service(), known);
      if (!taken.add(node.service())) {
        throw wrong("two nodes are the service '" + node.service() + "'", "give each its own");
      }
      if (SHARED.matcher(service.path("network_mode").asText()).matches()
          && !node.ports().isEmpty()) {
        throw wrong(
            "node %s: service '%s' has network_mode: %s, where no port can be published"
                .formatted(node.name(), node.service(), service.path("network_mode").asText()),
            "take network_mode out, or ask the node by exec and leave its ports out");
      }
    }
  }

  private JsonNode checkService(String what, String name, List<String> known) {
    JsonNode service = services().path(name);
    if (service.isMissingNode()) {
      throw wrong(
          "%s: the Compose file has no service '%s'".formatted(what, name),
          Suggestion.among(name, known));
    }
    int replicas = service.path("scale").asInt(service.path("deploy").path("replicas").asInt(1));
    if (replicas != 1) {
      throw wrong(
          "%s: service '%s' has %d replicas".formatted(what, name, replicas),
          "a node is one container: make a service of each");
    }
    return service;
  }

  private EvalctlException wrong(String what, String hint) {
    return new EvalctlException(ErrorCode.INVALID_INPUT, subject.source() + ": " + what, hint);
  }

  private void anonymous(ObjectNode service, Map<String, String> labels) {
    JsonNode name = service.remove("container_name");
    if (name != null && !service.has("network_mode")) {
      // Others may know it by that name.
      alias(service, name.asText());
    }
    service.remove("ports");
    label(service, labels);
  }

  private static void alias(ObjectNode service, String alias) {
    List<String> names = ComposeModel.networks(service);
    JsonNode given = service.path("networks");
    ObjectNode networks = service.objectNode();
    for (String name : names.isEmpty() ? List.of("default") : names) {
      JsonNode settings = given.path(name);
      ObjectNode own = settings.isObject() ? (ObjectNode) settings : networks.objectNode();
      own.withArrayProperty("aliases").add(alias);
      networks.set(name, own);
    }
    service.set("networks", networks);
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
        .anyMatch(
            service ->
                service.has("networks")
                    ? ComposeModel.networks(service).contains("default")
                    : !service.has("network_mode"));
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
