package io.evalctl.subject.compose;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProgramEnd;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import io.evalctl.subject.compose.fault.SharedNamespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a Compose file means, as {@code config} prints it, without the services that are not wanted:
 * those of profiles that are not active, unless they are nodes, or nodes need them. Not
 * thread-safe.
 */
final class ComposeModel {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String PROFILES = "profiles";
  private static final String ANY_PROFILE = "*";
  private static final String OF_SERVICE = "service:";
  private static final String OF_CONTAINER = "container:";
  private static final List<String> NAMESPACES = List.of("network_mode", "pid", "ipc");

  private final SubjectDefinition subject;
  private final ObjectNode json;

  ComposeModel(SubjectDefinition subject, ObjectNode json) {
    this.subject = subject;
    this.json = json;
  }

  /**
   * Asks Compose; starts nothing.
   *
   * @param source the Compose file
   * @param environment whose variables are filled into the file
   * @throws EvalctlException INVALID_INPUT when Compose does not understand the file
   */
  static ComposeModel read(
      SubjectDefinition subject,
      String project,
      Path source,
      ComposeProgram program,
      Map<String, String> environment,
      TimeSource time) {
    List<String> config = List.of("-p", project, "-f", source.toString(), "config");
    ComposeModel model = config(subject, source, config, program, environment, time);
    if (!model.names().containsAll(model.wanted())) {
      // Compose 2 does not print what belongs to other profiles only.
      List<String> every = new ArrayList<>(List.of("--profile", ANY_PROFILE));
      every.addAll(config);
      model = config(subject, source, every, program, environment, time);
    }
    model.renameContainers();
    model.drop(Set.of(environment.getOrDefault("COMPOSE_PROFILES", "").split("\\s*,\\s*", -1)));
    return model;
  }

  private static ComposeModel config(
      SubjectDefinition subject,
      Path source,
      List<String> arguments,
      ComposeProgram program,
      Map<String, String> environment,
      TimeSource time) {
    ProgramEnd end =
        program.run(arguments, source.getParent(), environment, Deadline.in(LIMIT, time));
    if (end.exitCode() != 0) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "%s: %s does not understand its Compose file: %s"
              .formatted(subject.source(), program.describe(), ComposeProject.words(end)),
          null);
    }
    try {
      return new ComposeModel(subject, (ObjectNode) new YAMLMapper().readTree(end.out()));
    } catch (JsonProcessingException | ClassCastException e) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "%s: %s prints no Compose file".formatted(subject.source(), program.describe()),
          null,
          e);
    }
  }

  /** As it is; may be changed. */
  ObjectNode json() {
    return json;
  }

  private JsonNode service(String name) {
    return json.path("services").path(name);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    json.path("services").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private List<String> wanted() {
    List<String> wanted = new ArrayList<>(subject.companions().keySet());
    subject.nodes().forEach(node -> wanted.add(node.service()));
    return wanted;
  }

  /** A container of the project's own is meant by its service: it will be called otherwise. */
  void renameContainers() {
    Map<String, String> services = new HashMap<>();
    for (String name : names()) {
      services.put(OF_CONTAINER + service(name).path("container_name").asText(), name);
    }
    for (String name : names()) {
      for (String key : NAMESPACES) {
        String owner = services.get(service(name).path(key).asText());
        if (owner != null) {
          ((ObjectNode) service(name)).put(key, OF_SERVICE + owner);
        }
      }
    }
  }

  /**
   * @param active the profiles
   */
  void drop(Set<String> active) {
    Deque<String> open = new ArrayDeque<>(wanted());
    for (String name : names()) {
      JsonNode profiles = service(name).path(PROFILES);
      boolean on = profiles.isEmpty() || active.contains(ANY_PROFILE);
      for (JsonNode profile : profiles) {
        on |= active.contains(profile.asText());
      }
      if (on) {
        open.add(name);
      }
    }
    Set<String> kept = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String name = open.poll();
      if (kept.add(name)) {
        open.addAll(needs(service(name)));
      }
    }
    if (json.path("services") instanceof ObjectNode services) {
      services.retain(kept);
      services.forEach(service -> ((ObjectNode) service).remove(PROFILES));
    }
  }

  private static List<String> needs(JsonNode service) {
    List<String> needs = new ArrayList<>();
    JsonNode after = service.path("depends_on");
    after.fieldNames().forEachRemaining(needs::add);
    if (after.isArray()) {
      after.forEach(name -> needs.add(name.asText()));
    }
    for (String list : List.of("links", "volumes_from")) {
      service.path(list).forEach(entry -> needs.add(entry.asText().split(":")[0]));
    }
    for (String namespace : NAMESPACES) {
      String mode = service.path(namespace).asText();
      if (mode.startsWith(OF_SERVICE)) {
        needs.add(mode.substring(OF_SERVICE.length()));
      }
    }
    return needs;
  }

  /** Which nodes share a namespace that a fault would work through with others. */
  SharedNamespaces namespaces() {
    Map<String, String> networks = new LinkedHashMap<>();
    Map<String, String> processes = new LinkedHashMap<>();
    for (NodeDefinition node : subject.nodes()) {
      String network = networkMode(node.service());
      if (!network.isEmpty()) {
        networks.put(node.name(), words(node, "network_mode", network));
      }
      owner(network)
          .ifPresent(host -> networks.putIfAbsent(host, words(node, "network_mode", network)));
      String pid = service(node.service()).path("pid").asText();
      // The end of the first process in a namespace is the end of all in it (pid_namespaces(7)).
      owner(pid).ifPresent(host -> processes.put(host, words(node, "pid", pid)));
    }
    for (String service : subject.companions().keySet()) {
      String network = networkMode(service);
      if (!network.isEmpty() && owner(network).isEmpty()) {
        networks.put(service, "service %s has network_mode %s".formatted(service, network));
      }
    }
    return new SharedNamespaces(networks, processes);
  }

  private static String words(NodeDefinition node, String key, String value) {
    return "node %s (service %s) has %s: %s".formatted(node.name(), node.service(), key, value);
  }

  /** The node whose namespace it is. */
  private Optional<String> owner(String mode) {
    return subject.nodes().stream()
        .filter(node -> mode.equals(OF_SERVICE + node.service()))
        .map(NodeDefinition::name)
        .findFirst();
  }

  /** How a service has no network of its own; empty when it has. */
  private String networkMode(String name) {
    JsonNode service = service(name);
    String mode = service.path("network_mode").asText();
    if (mode.equals("host") || mode.equals("none") || mode.contains(":")) {
      return mode;
    }
    // The older way to say it: the engine's own network of that name.
    for (String network : networks(service)) {
      String real = json.path("networks").path(network).path("name").asText(network);
      if (real.equals("host") || real.equals("none")) {
        return real;
      }
    }
    return "";
  }

  /** The networks that a service is told to join. */
  static List<String> networks(JsonNode service) {
    List<String> names = new ArrayList<>();
    JsonNode networks = service.path("networks");
    networks.fieldNames().forEachRemaining(names::add);
    if (networks.isArray()) {
      networks.forEach(name -> names.add(name.asText()));
    }
    return names;
  }
}
