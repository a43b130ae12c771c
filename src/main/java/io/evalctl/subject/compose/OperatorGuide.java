package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.question.Ask;
import io.evalctl.question.Template;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import io.evalctl.subject.compose.SubjectDefinition.Probe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operator is told about a subject: everything about the system, nothing about the
 * evaluation.
 *
 * @param home where the files for operators are
 * @param containers the container's name for each node
 * @param ports for each node its ports by name, on 127.0.0.1
 */
record OperatorGuide(
    SubjectDefinition subject,
    String project,
    Path home,
    Map<String, String> containers,
    Map<String, Map<String, Integer>> ports) {
  /** What a subject file's text for operators may use. */
  static final Set<String> VARIABLES =
      Set.of("count", "nodes", "commands", "project", "description", "summary", "health");

  private static final String USUAL =
      """
      # {{subject}}

      A system of {{count}} nodes runs in Docker on this machine.

      {{nodes}}

      {{commands}}
      """;

  /** What every text ends with, unless it has them in places of its own. */
  private static final List<Map.Entry<String, String>> MISSING =
      List.of(
          Map.entry("summary", "## What it is\n\n{{summary}}\n"),
          Map.entry("health", "{{health}}\n"));

  Path description() {
    return home.resolve("subject.json");
  }

  Path context() {
    return home.resolve("context.md");
  }

  /** For people and models, in Markdown. */
  String text() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("subject", subject.name());
    variables.put("count", Integer.toString(subject.nodes().size()));
    variables.put("nodes", nodes());
    variables.put("commands", commands());
    variables.put("project", project);
    variables.put("description", description().toString());
    variables.put("summary", subject.summary());
    variables.put("health", probes().text());
    StringBuilder text = new StringBuilder(subject.context().isBlank() ? USUAL : subject.context());
    for (Map.Entry<String, String> section : MISSING) {
      String name = section.getKey();
      if (!variables.get(name).isBlank() && !Template.of(subject.context()).uses(name)) {
        text.append("\n").append(section.getValue());
      }
    }
    return Template.of(text.toString()).fill(variables);
  }

  private ProbeGuide probes() {
    return new ProbeGuide(subject, containers, ports);
  }

  private String nodes() {
    return subject.nodes().stream()
        .map(
            node ->
                "| %s | %s | %s |"
                    .formatted(
                        node.name(),
                        containers.get(node.name()),
                        ports.get(node.name()).entrySet().stream()
                            .map(port -> port.getKey() + " " + address(port.getValue()))
                            .collect(Collectors.joining(", "))))
        .collect(
            Collectors.joining(
                "\n",
                "| node | container | reached at |\n|---|---|---|\n",
                "\n\nThe same for programs is in `" + description() + "`."));
  }

  private String commands() {
    String example = containers.get(subject.nodes().get(0).name());
    return """
    ## Commands

    ```
    docker ps -a --filter label=com.docker.compose.project=@PROJECT@   # every container and its state
    docker logs --tail 100 @NAME@    # what it prints
    docker top @NAME@                # its processes; STAT T means stopped by a signal
    docker start @NAME@              # starts one that has ended
    docker stop @NAME@               # SIGTERM, SIGKILL after ten seconds
    docker restart @NAME@            # also one whose processes are stopped or hang
    docker unpause @NAME@            # one that docker says is paused
    docker inspect @NAME@            # its configuration, network and volumes
    docker exec @NAME@ sh -c 'ls /'  # a command inside, where the image has a shell
    ```\
    """
        .replace("@PROJECT@", project)
        .replace("@NAME@", example);
  }

  /** For programs: the content of subject.json. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schemaVersion", 1);
    json.put("subject", subject.name());
    json.put("summary", subject.summary());
    json.put("home", home.toString());
    json.put("project", project);
    var nodes = json.putArray("nodes");
    for (NodeDefinition node : subject.nodes()) {
      ObjectNode item = nodes.addObject();
      item.put("name", node.name());
      item.put("service", node.service());
      item.put("container", containers.get(node.name()));
      ports.get(node.name()).values().stream()
          .findFirst()
          .ifPresent(port -> item.put("clientAddress", address(port)));
      healthUrl(node).ifPresent(url -> item.put("healthUrl", url));
      healthAddress(node).ifPresent(address -> item.put("healthAddress", address));
      ObjectNode addresses = item.putObject("addresses");
      ports.get(node.name()).forEach((name, port) -> addresses.put(name, address(port)));
      probes().addTo(item, node);
    }
    probes().addCluster(json);
    ObjectNode commands = json.putObject("commands");
    String name = project + "-{node}";
    commands.put("start", "docker start " + name);
    commands.put("stop", "docker stop -t 3 " + name);
    commands.put(
        "restart", "docker unpause %1$s >/dev/null 2>&1; docker restart -t 3 %1$s".formatted(name));
    commands.put("status", status(name));
    commands.put("log", "docker logs --tail 100 " + name);
    return json;
  }

  /** Exit status 0 running, 1 paused or stopped by a signal, 3 not running. */
  private static String status(String name) {
    return """
    case "$(docker inspect -f '{{.State.Status}}' %1$s)" in
    paused) echo paused; exit 1 ;;
    running) case "$(docker top %1$s -eo pid,stat | awk 'NR > 1 {print $2; exit}')" in
    [Tt]*) echo stopped by a signal; exit 1 ;; *) echo running ;; esac ;;
    *) echo not running; exit 3 ;; esac\
    """
        .formatted(name)
        .replace("\n", " ");
  }

  /** A plain GET that a node's own health is asked by: status 200 when it serves. */
  private Optional<String> healthUrl(NodeDefinition node) {
    return own(node)
        .map(probe -> probe.question().ask())
        .filter(Ask.Http.class::isInstance)
        .map(Ask.Http.class::cast)
        .filter(ask -> ask.method().equals("GET") && ask.body() == null)
        .map(
            ask ->
                "http://"
                    + address(ports.get(node.name()).get(ask.port()))
                    + ask.path().fill(Map.of("node", node.name())))
        .findFirst();
  }

  /** A port that takes connections when the node serves: the one that a probe names, or any. */
  private Optional<String> healthAddress(NodeDefinition node) {
    return own(node)
        .map(probe -> probe.question().ask())
        .filter(Ask.Tcp.class::isInstance)
        .map(ask -> ports.get(node.name()).get(((Ask.Tcp) ask).port()))
        .findFirst()
        .or(() -> ports.get(node.name()).values().stream().findFirst())
        .map(OperatorGuide::address);
  }

  private Stream<Probe> own(NodeDefinition node) {
    return subject.probes().stream()
        .filter(probe -> probe.ask().isEmpty() && probe.nodes().contains(node.name()));
  }

  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>(subject.environment());
    environment.put("EVALCTL_RUN_SUBJECT_HOME", home.toString());
    environment.put("EVALCTL_RUN_SUBJECT_JSON", description().toString());
    environment.put("EVALCTL_RUN_AGENT_CONTEXT", context().toString());
    return environment;
  }

  private static String address(int port) {
    return "127.0.0.1:" + port;
  }
}
