package io.evalctl.subject.compose;

import io.evalctl.question.Ask;
import io.evalctl.question.Condition;
import io.evalctl.question.Condition.Operator;
import io.evalctl.question.Question;
import io.evalctl.question.Template;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what is asked: {@code http}, {@code tcp} or {@code exec}, and what is expected of it. */
final class QuestionReader {
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "HEAD");

  private final List<NodeDefinition> nodes;

  QuestionReader(List<NodeDefinition> nodes) {
    this.nodes = nodes;
  }

  /**
   * @param asked the nodes that will be asked: each must have the port
   * @param variables that templates may use
   */
  Question read(SubjectKeys keys, List<String> asked, Set<String> variables) {
    return read(keys, asked, variables, false);
  }

  /**
   * @param reads whether a reply is wanted in any case
   */
  Question read(SubjectKeys keys, List<String> asked, Set<String> variables, boolean reads) {
    List<String> given = List.of("http", "tcp", "exec").stream().filter(keys::has).toList();
    if (given.size() != 1) {
      throw keys.wrong(
          "",
          given.isEmpty() ? "says not what to ask" : "asks in two ways",
          "give one of http, tcp, exec");
    }
    Ask ask =
        switch (given.get(0)) {
          case "http" -> http(keys.requiredObject("http"), asked, variables);
          case "tcp" ->
              tcp(keys.requiredObject("tcp"), asked, variables, reads || keys.has("expect"));
          default -> exec(keys, variables);
        };
    List<Condition> conditions = new ArrayList<>();
    for (SubjectKeys condition : keys.objects("expect")) {
      conditions.add(condition(condition, variables));
    }
    if (ask instanceof Ask.Tcp && keys.has("status")) {
      throw keys.wrong(
          "status", "a tcp connection has none", "say in expect what its reply must be");
    }
    Integer status = keys.has("status") ? keys.number("status", 0, 0, 599) : null;
    return new Question(ask, status, conditions);
  }

  private Ask http(SubjectKeys keys, List<String> asked, Set<String> variables) {
    keys.known("port", "method", "path", "headers", "body");
    String port = port(keys, asked);
    Template body = keys.template("body", variables).orElse(null);
    String method = keys.choice("method", body == null ? "GET" : "POST", METHODS);
    String path = keys.text("path").orElse("/");
    if (!path.startsWith("/")) {
      throw keys.wrong("path", "'" + path + "' does not begin with /", null);
    }
    Map<String, Template> headers = new LinkedHashMap<>();
    keys.map("headers")
        .forEach((name, value) -> headers.put(name, keys.checked("headers", value, variables)));
    return new Ask.Http(port, method, keys.checked("path", path, variables), headers, body);
  }

  private Ask tcp(SubjectKeys keys, List<String> asked, Set<String> variables, boolean reads) {
    keys.known("port", "send", "until");
    return new Ask.Tcp(
        port(keys, asked),
        keys.template("send", variables).orElse(null),
        keys.pattern("until").map(Pattern::pattern).orElse(null),
        reads || keys.has("send") || keys.has("until"));
  }

  private Ask exec(SubjectKeys keys, Set<String> variables) {
    List<Template> command = new ArrayList<>();
    keys.texts("exec").forEach(word -> command.add(keys.checked("exec", word, variables)));
    if (command.isEmpty()) {
      throw keys.wrong("exec", "is empty", "give the program and its arguments as a list");
    }
    return new Ask.Exec(command);
  }

  private String port(SubjectKeys keys, List<String> asked) {
    String port = keys.required("port");
    for (NodeDefinition node : nodes) {
      if (asked.contains(node.name()) && !node.ports().containsKey(port)) {
        throw keys.wrong(
            "port",
            "node %s has no port '%s'".formatted(node.name(), port),
            "its ports: " + String.join(", ", node.ports().keySet()));
      }
    }
    return port;
  }

  private static Condition condition(SubjectKeys keys, Set<String> variables) {
    List<String> known = new ArrayList<>(List.of("path"));
    Arrays.stream(Operator.values()).map(Operator::key).forEach(known::add);
    keys.known(known.toArray(String[]::new));
    Template path = keys.path("path", variables).orElse(null);
    List<Operator> given =
        Arrays.stream(Operator.values()).filter(operator -> keys.has(operator.key())).toList();
    if (given.size() != 1) {
      throw keys.wrong(
          "",
          "needs exactly one comparison",
          "one of " + String.join(", ", known.subList(1, known.size())));
    }
    Operator operator = given.get(0);
    Template operand = keys.template(operator.key(), variables).orElseThrow();
    if (path == null && operator.needsPath()) {
      throw keys.missing("path");
    }
    check(keys, operator);
    return new Condition(path, operator, operand);
  }

  private static void check(SubjectKeys keys, Operator operator) {
    String text = keys.required(operator.key());
    switch (operator) {
      case COUNT_MIN -> keys.number(operator.key(), 0, 1, 1_000_000);
      case MIN, MAX -> {
        try {
          Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw keys.wrong(operator.key(), "cannot be '" + text + "'", "it is a number");
        }
      }
      case MATCHES -> keys.pattern(operator.key());
      case SAME_AS -> keys.path(operator.key(), Set.of("node"));
      case EQUALS, NOT_EQUALS, CONTAINS -> {}
    }
  }
}
