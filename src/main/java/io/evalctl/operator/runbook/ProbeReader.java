package io.evalctl.operator.runbook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.evalctl.question.Ask;
import io.evalctl.question.Condition;
import io.evalctl.question.Question;
import io.evalctl.question.Template;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads probes out of subject.json. Stateless. */
final class ProbeReader {
  private ProbeReader() {}

  /** Maps, lists and texts, whatever there is; null for null. The parser is at its first token. */
  static Object tree(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          object.put(field, tree(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(tree(parser));
        }
        yield list;
      }
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  static Map<?, ?> object(Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  static List<?> list(Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  /** The text of a field; null where there is none. */
  static String text(Map<?, ?> object, String field) {
    return object.get(field) instanceof String text ? text : null;
  }

  static List<WatchedProbe> probes(Object value) throws IOException {
    List<WatchedProbe> probes = new ArrayList<>();
    for (Object item : list(value)) {
      probes.add(probe(object(item)));
    }
    return probes;
  }

  static WatchedProbe probe(Map<?, ?> json) throws IOException {
    List<Condition> conditions = new ArrayList<>();
    for (Object item : list(json.get("expect"))) {
      conditions.add(condition(object(item)));
    }
    List<Ask> asks = new ArrayList<>();
    for (Object item : list(json.get("asks"))) {
      asks.add(ask(object(item)));
    }
    try {
      String status = text(json, "status");
      return new WatchedProbe(
          text(json, "name"),
          asks,
          new Question(asks.get(0), status == null ? null : Integer.valueOf(status), conditions),
          Duration.ofMillis(Long.parseLong(text(json, "intervalMs"))),
          Duration.ofMillis(Long.parseLong(text(json, "timeoutMs"))),
          Integer.parseInt(text(json, "failures")),
          Integer.parseInt(text(json, "successes")));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("probe " + text(json, "name") + " is not whole", e);
    }
  }

  private static Condition condition(Map<?, ?> json) throws IOException {
    String path = text(json, "path");
    for (Condition.Operator operator : Condition.Operator.values()) {
      String operand = text(json, operator.key());
      if (operand != null) {
        return new Condition(
            path == null ? null : Template.of(path), operator, Template.of(operand));
      }
    }
    throw new IOException("a condition without a comparison: " + json);
  }

  private static Ask ask(Map<?, ?> json) throws IOException {
    Map<?, ?> http = object(json.get("http"));
    if (!http.isEmpty()) {
      URI url = URI.create(String.valueOf(text(http, "url")));
      Map<String, Template> headers = new LinkedHashMap<>();
      object(http.get("headers"))
          .forEach((name, value) -> headers.put((String) name, Template.of((String) value)));
      String body = text(http, "body");
      String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
      return new Ask.Http(
          url.getRawAuthority(),
          text(http, "method"),
          Template.of(url.getRawPath() + query),
          headers,
          body == null ? null : Template.of(body));
    }
    Map<?, ?> tcp = object(json.get("tcp"));
    if (!tcp.isEmpty()) {
      String send = text(tcp, "send");
      return new Ask.Tcp(
          text(tcp, "address"),
          send == null ? null : Template.of(send),
          text(tcp, "until"),
          Boolean.parseBoolean(text(tcp, "reads")));
    }
    String command = text(object(json.get("exec")), "command");
    if (command == null) {
      throw new IOException("asks by none of http, tcp, exec: " + json);
    }
    return new Ask.Exec(List.of(Template.of(command)));
  }
}
