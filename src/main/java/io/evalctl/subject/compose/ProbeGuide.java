package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Durations;
import io.evalctl.question.Ask;
import io.evalctl.question.Condition;
import io.evalctl.question.Question;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import io.evalctl.subject.compose.SubjectDefinition.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells operators how the health of a subject is asked for, so that they can ask as well: what is
 * asked where, which answer is a good one, and how often.
 *
 * @param containers the container's name for each node
 * @param ports for each node its ports by name, on 127.0.0.1
 */
record ProbeGuide(
    SubjectDefinition subject,
    Map<String, String> containers,
    Map<String, Map<String, Integer>> ports) {

  /** Adds {@code probes} and {@code leads} to a node's object. */
  void addTo(ObjectNode item, NodeDefinition node) {
    var probes = item.putArray("probes");
    own(node).forEach(probe -> probes.add(json(probe, node.name())));
    if (leads(node)) {
      item.set("leads", json(subject.leader(), node.name()));
    }
  }

  /** Adds {@code clusterProbes}, of which each must get a good answer from one of those asked. */
  void addCluster(ObjectNode json) {
    var probes = json.putArray("clusterProbes");
    subject.clusterProbes().forEach(probe -> probes.add(json(probe, "")));
  }

  private Stream<Probe> own(NodeDefinition node) {
    return subject.probes().stream().filter(probe -> probe.nodes().contains(node.name()));
  }

  private boolean leads(NodeDefinition node) {
    return subject.leader() != null && subject.leader().nodes().contains(node.name());
  }

  private ObjectNode json(Probe probe, String node) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", probe.name());
    json.put("means", means(probe, node));
    json.put("intervalMs", probe.interval().toMillis());
    json.put("timeoutMs", probe.timeout().toMillis());
    json.put("failures", probe.failures());
    json.put("successes", probe.successes());
    Question question = probe.question();
    if (question.status() != null) {
      json.put("status", question.status());
    }
    var expect = json.putArray("expect");
    for (Condition condition : question.conditions()) {
      ObjectNode item = expect.addObject();
      if (condition.path() != null) {
        item.put("path", condition.path().fill(of(node)));
      }
      item.put(condition.operator().key(), condition.operand().fill(of(node)));
    }
    var asks = json.putArray("asks");
    probe.askees(node).forEach(askee -> asks.add(ask(question.ask(), askee, node)));
    return json;
  }

  private ObjectNode ask(Ask ask, String askee, String node) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("node", askee);
    if (ask instanceof Ask.Http http) {
      ObjectNode request = json.putObject("http");
      request.put("method", http.method());
      request.put("url", url(http, askee, node));
      ObjectNode headers = request.putObject("headers");
      http.headers().forEach((name, value) -> headers.put(name, value.fill(of(node))));
      if (http.body() != null) {
        request.put("body", http.body().fill(of(node)));
      }
    } else if (ask instanceof Ask.Tcp tcp) {
      ObjectNode exchange = json.putObject("tcp");
      exchange.put("address", address(askee, tcp.port()));
      if (tcp.send() != null) {
        exchange.put("send", tcp.send().fill(of(node)));
      }
      if (tcp.until() != null) {
        exchange.put("until", tcp.until());
      }
      exchange.put("reads", tcp.reads());
    } else {
      json.putObject("exec").put("command", command((Ask.Exec) ask, askee, node));
    }
    return json;
  }

  private String url(Ask.Http ask, String askee, String node) {
    return "http://" + address(askee, ask.port()) + ask.path().fill(of(node));
  }

  private String address(String node, String port) {
    return "127.0.0.1:" + ports.get(node).get(port);
  }

  private String command(Ask.Exec ask, String askee, String node) {
    return Stream.concat(
            Stream.of("docker", "exec", containers.get(askee)),
            ask.command().stream().map(word -> word.fill(of(node))))
        .map(ProbeGuide::quoted)
        .collect(Collectors.joining(" "));
  }

  /** For a shell. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static Map<String, String> of(String node) {
    return Map.of("node", node);
  }

  /** For people and models: a line for each probe of each node. */
  String text() {
    List<String> lines = new ArrayList<>();
    for (NodeDefinition node : subject.nodes()) {
      own(node).forEach(probe -> lines.add(line(node.name() + " serves", probe, node.name())));
    }
    subject.clusterProbes().forEach(probe -> lines.add(line("the whole", probe, "")));
    for (NodeDefinition node : subject.nodes()) {
      if (leads(node)) {
        lines.add(line(node.name() + " leads", subject.leader(), node.name()));
      }
    }
    return """
    ## How its health is told

    A node serves when its container runs and each of its probes gets a good answer. The whole is
    healthy when every node serves%s%s.

    """
            .formatted(
                subject.clusterProbes().isEmpty() ? "" : ", each probe of the whole is good",
                subject.leader() == null ? "" : " and exactly one node leads")
        + String.join("\n", lines);
  }

  private String line(String about, Probe probe, String node) {
    return "- %s (probe %s): %s. Asked every %s; an answer must come within %s%s."
        .formatted(
            about,
            probe.name(),
            means(probe, node),
            Durations.format(probe.interval()),
            Durations.format(probe.timeout()),
            probe.failures() == 1
                ? ""
                : "; %d bad ones in a row make it fail".formatted(probe.failures()));
  }

  /** What is asked of whom, and what a good answer is. */
  private String means(Probe probe, String node) {
    Question question = probe.question();
    String asked =
        probe.askees(node).stream()
            .map(askee -> "`" + question(question.ask(), askee, node) + "`")
            .collect(Collectors.joining(" or "));
    List<String> wanted = new ArrayList<>();
    if (question.ask() instanceof Ask.Http) {
      wanted.add(
          question.status() == null
              ? "answers with a status of 200 to 299"
              : "answers with status " + question.status());
    } else if (question.ask() instanceof Ask.Exec) {
      wanted.add("ends with exit code " + (question.status() == null ? 0 : question.status()));
    } else {
      wanted.add(((Ask.Tcp) question.ask()).reads() ? "gets a reply" : "stays open");
    }
    for (Condition condition : question.conditions()) {
      wanted.add(
          "%s %s `%s`"
              .formatted(
                  condition.path() == null
                      ? "the text of the answer"
                      : "`" + condition.path().fill(of(node)) + "` in the answer",
                  condition.operator().words(),
                  condition.operand().fill(of(node))));
    }
    return asked + " " + String.join(", and ", wanted);
  }

  private String question(Ask ask, String askee, String node) {
    if (ask instanceof Ask.Http http) {
      String body = http.body() == null ? "" : " " + http.body().fill(of(node));
      return http.method() + " " + url(http, askee, node) + body;
    }
    if (ask instanceof Ask.Tcp tcp) {
      return "connection to "
          + address(askee, tcp.port())
          + (tcp.send() == null ? "" : ", sent " + visible(tcp.send().fill(of(node))));
    }
    return command((Ask.Exec) ask, askee, node);
  }

  private static String visible(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }
}
