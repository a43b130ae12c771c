package io.evalctl.subject.compose;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import io.evalctl.question.Ask;
import io.evalctl.question.Question;
import io.evalctl.question.Template;
import io.evalctl.subject.compose.SubjectDefinition.CanaryDefinition;
import io.evalctl.subject.compose.SubjectDefinition.Capture;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import io.evalctl.subject.compose.SubjectDefinition.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads subject files. Their JSON Schema is the resource {@code subject.schema.json}. Used once for
 * each file.
 */
public final class SubjectFile {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");
  private static final Pattern VARIABLE = Pattern.compile("EVALCTL_RUN_[A-Z0-9_]+");
  private static final Set<String> RESERVED = Set.of("any", "leader", "follower");
  static final Set<String> OF_NODE = Set.of("node");
  static final Duration SHORTEST = Duration.ofMillis(20);
  static final Duration LONGEST = Duration.ofMinutes(1);

  private final String source;
  private final SubjectKeys root;
  private List<NodeDefinition> nodes = List.of();
  private QuestionReader questions;

  private SubjectFile(String source, SubjectKeys root) {
    this.source = source;
    this.root = root;
  }

  /**
   * Reads a file of the user's.
   *
   * @throws EvalctlException FILE_UNREADABLE, or INVALID_INPUT with file, line and key
   */
  public static SubjectDefinition read(Path file) {
    try {
      return parse(
          "subject file " + file,
          Files.readString(file),
          name -> {
            Path compose = file.toAbsolutePath().resolveSibling(name).normalize();
            if (!Files.isReadable(compose)) {
              throw new EvalctlException(
                  ErrorCode.FILE_UNREADABLE,
                  "subject file %s: its Compose file %s cannot be read".formatted(file, compose),
                  "the path is relative to the subject file");
            }
            return new ComposeSource.UserFile(compose);
          });
    } catch (NoSuchFileException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "there is no subject file " + file, null, e);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "subject file " + file + " cannot be read: " + e, null, e);
    }
  }

  /**
   * @param source what the text is, for messages
   * @param compose finds the Compose file that the text names
   */
  static SubjectDefinition parse(
      String source, String text, Function<String, ComposeSource> compose) {
    return new SubjectFile(source, SubjectKeys.of(source, LocatedYaml.read(source, text)))
        .read(compose);
  }

  private SubjectDefinition read(Function<String, ComposeSource> compose) {
    root.known(
        "name",
        "summary",
        "compose",
        "nodes",
        "companions",
        "health",
        "leader",
        "state",
        "canary",
        "operator");
    nodes = nodes();
    questions = new QuestionReader(nodes);
    SubjectKeys health = root.requiredObject("health").known("nodes", "cluster");
    List<Probe> probes = probes(health, "nodes");
    for (NodeDefinition node : nodes) {
      if (probes.stream().noneMatch(probe -> probe.nodes().contains(node.name()))) {
        throw health.wrong(
            "nodes",
            "no probe tells whether node " + node.name() + " serves",
            "every node needs one");
      }
    }
    SubjectKeys operator = root.object("operator").orElse(null);
    return new SubjectDefinition(
        checkedName(root, "name"),
        root.text("summary").orElse(""),
        source,
        compose.apply(root.required("compose")),
        nodes,
        companions(),
        probes,
        probes(health, "cluster"),
        root.object("leader").map(keys -> probe(keys, "leader")).orElse(null),
        captures(),
        canary(),
        operator == null ? "" : context(operator.known("context", "environment")),
        operator == null ? Map.of() : environment(operator));
  }

  private List<NodeDefinition> nodes() {
    List<NodeDefinition> found = new ArrayList<>();
    for (SubjectKeys keys : root.objects("nodes")) {
      keys.known("name", "service", "ports", "config");
      String name = checkedName(keys, "name");
      if (RESERVED.contains(name)) {
        throw keys.wrong(
            "name", "'" + name + "' is no node's name", "it stands for a choice of nodes");
      }
      if (found.stream().anyMatch(node -> node.name().equals(name))) {
        throw keys.wrong("name", "there are two nodes '" + name + "'", "name each once");
      }
      Map<String, Integer> ports = new LinkedHashMap<>();
      keys.object("ports")
          .ifPresent(
              inner -> inner.names().forEach(it -> ports.put(it, inner.number(it, 0, 1, 65_535))));
      found.add(
          new NodeDefinition(name, keys.text("service").orElse(name), ports, keys.texts("config")));
    }
    if (found.isEmpty()) {
      throw root.missing("nodes");
    }
    return found;
  }

  private Map<String, String> companions() {
    Map<String, String> found = new LinkedHashMap<>();
    for (SubjectKeys keys : root.objects("companions")) {
      keys.known("service", "with");
      String service = keys.required("service");
      if (allNodes().contains(service)
          || nodes.stream().anyMatch(node -> node.service().equals(service))
          || found.containsKey(service)) {
        throw keys.wrong(
            "service",
            "'" + service + "' is there already",
            "a companion is no node, and is named once");
      }
      found.put(service, keys.has("with") ? node(keys, "with", keys.required("with")) : "");
    }
    return found;
  }

  private List<Probe> probes(SubjectKeys health, String key) {
    List<Probe> probes = new ArrayList<>();
    for (SubjectKeys keys : health.objects(key)) {
      probes.add(probe(keys, keys.text("name").orElse(key + " " + (probes.size() + 1))));
    }
    return probes;
  }

  private Probe probe(SubjectKeys keys, String name) {
    keys.known(
        "name",
        "nodes",
        "ask",
        "http",
        "tcp",
        "exec",
        "status",
        "expect",
        "interval",
        "timeout",
        "failures",
        "successes");
    List<String> about = nodeList(keys, "nodes", allNodes());
    List<String> ask = nodeList(keys, "ask", List.of());
    Question question = questions.read(keys, ask.isEmpty() ? about : ask, OF_NODE);
    // A program in a container costs far more than a request.
    Duration usual = Duration.ofMillis(question.ask() instanceof Ask.Exec ? 1_000 : 200);
    return new Probe(
        name,
        about,
        ask,
        question,
        keys.duration("interval", usual, SHORTEST, LONGEST),
        keys.duration("timeout", Duration.ofSeconds(1), SHORTEST, LONGEST),
        keys.number("failures", 1, 1, 100),
        keys.number("successes", 1, 1, 100));
  }

  private CanaryDefinition canary() {
    SubjectKeys keys = root.requiredObject("canary");
    return new CanaryReader(questions, root.has("leader"))
        .read(keys, nodeList(keys, "nodes", allNodes()));
  }

  private List<Capture> captures() {
    List<Capture> captures = new ArrayList<>();
    for (SubjectKeys keys : root.objects("state")) {
      keys.known(
          "name", "nodes", "ask", "http", "tcp", "exec", "status", "expect", "value", "pattern",
          "timeout");
      List<String> about = nodeList(keys, "nodes", allNodes());
      List<String> ask = nodeList(keys, "ask", List.of());
      Question question = questions.read(keys, ask.isEmpty() ? about : ask, OF_NODE, true);
      Duration usual = Duration.ofSeconds(question.ask() instanceof Ask.Exec ? 5 : 1);
      captures.add(
          new Capture(
              keys.required("name"),
              about,
              ask,
              question,
              keys.path("value", OF_NODE).orElse(null),
              CanaryReader.group(keys),
              keys.duration("timeout", usual, SHORTEST, Duration.ofSeconds(10))));
    }
    return captures;
  }

  private String context(SubjectKeys operator) {
    return operator.template("context", OperatorGuide.VARIABLES).map(Template::text).orElse("");
  }

  private static Map<String, String> environment(SubjectKeys operator) {
    Map<String, String> environment = operator.map("environment");
    for (String name : environment.keySet()) {
      if (!VARIABLE.matcher(name).matches()) {
        throw operator.wrong(
            "environment." + name,
            "does not begin with EVALCTL_RUN_",
            "so that it redirects no program by accident");
      }
    }
    return environment;
  }

  private List<String> nodeList(SubjectKeys keys, String key, List<String> fallback) {
    List<String> names = keys.texts(key);
    names.forEach(name -> node(keys, key, name));
    return names.isEmpty() ? fallback : names;
  }

  private String node(SubjectKeys keys, String key, String name) {
    if (!allNodes().contains(name)) {
      throw keys.wrong(key, "there is no node '" + name + "'", Suggestion.among(name, allNodes()));
    }
    return name;
  }

  private List<String> allNodes() {
    return nodes.stream().map(NodeDefinition::name).toList();
  }

  private static String checkedName(SubjectKeys keys, String key) {
    String name = keys.required(key);
    if (!NAME.matcher(name).matches()) {
      throw keys.wrong(
          key, "cannot be '" + name + "'", "lower-case letters, digits and hyphens, 31 at most");
    }
    return name;
  }
}
