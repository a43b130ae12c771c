package io.evalctl.operator.runbook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What subject.json tells: the nodes and the commands. Read with a streaming parser, since data
 * binding would take longer to load than all else the runbook does. Immutable.
 *
 * @param commands for each verb a command line for the shell, with {@code {node}} for the name
 */
record SubjectDescription(List<Node> nodes, Map<String, String> commands) {

  /**
   * A node and how it is asked whether it serves.
   *
   * @param host where it is
   * @param port one that takes connections when it serves, for {@link Protocol#HTTP} the URL's
   * @param path for {@link Protocol#HTTP}: answers 2xx when the node serves
   */
  record Node(String name, Protocol protocol, String host, int port, String path) {
    Node(String name, String host, int port) {
      this(name, Protocol.ZOOKEEPER, host, port, "");
    }
  }

  /** How a node is asked. */
  enum Protocol {
    /** The word srvr at its client address. */
    ZOOKEEPER,
    /** A GET of its healthUrl. */
    HTTP,
    /** A connection to its healthAddress, which must stay open for a moment. */
    CONNECT
  }

  SubjectDescription {
    nodes = List.copyOf(nodes);
    commands = Map.copyOf(commands);
  }

  /**
   * Reads the file.
   *
   * @throws EvalctlException FILE_UNREADABLE or INVALID_INPUT
   */
  static SubjectDescription read(Path file) {
    List<Node> nodes = new ArrayList<>();
    Map<String, String> commands = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "nodes" -> readNodes(parser, nodes);
          case "commands" -> commands.putAll(readTexts(parser));
          default -> parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "cannot read the subject's description " + file + ": " + e.getMessage(),
          "EVALCTL_RUN_SUBJECT_JSON must name the subject.json of a running subject",
          e);
    }
    if (nodes.isEmpty() || !commands.keySet().containsAll(List.of("status", "start", "restart"))) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          file + " does not name nodes and the commands status, start and restart",
          "EVALCTL_RUN_SUBJECT_JSON must name the subject.json of a running subject");
    }
    return new SubjectDescription(nodes, commands);
  }

  String command(String verb, String node) {
    return commands.get(verb).replace("{node}", node);
  }

  private static void readNodes(JsonParser parser, List<Node> nodes) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      nodes.add(node(readTexts(parser)));
    }
  }

  /** A healthUrl comes first, then a healthAddress, then a clientAddress. */
  private static Node node(Map<String, String> fields) throws IOException {
    String name = fields.get("name");
    if (fields.containsKey("healthUrl")) {
      try {
        URI url = new URI(fields.get("healthUrl"));
        if ("http".equals(url.getScheme()) && url.getHost() != null && url.getPort() > 0) {
          String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
          return new Node(
              name, Protocol.HTTP, url.getHost(), url.getPort(), url.getRawPath() + query);
        }
      } catch (URISyntaxException e) {
        // the same message serves
      }
      throw new IOException("node " + name + " has no healthUrl http://HOST:PORT/PATH");
    }
    boolean connect = fields.containsKey("healthAddress");
    String field = connect ? "healthAddress" : "clientAddress";
    String address = fields.getOrDefault(field, "");
    int colon = address.lastIndexOf(':');
    try {
      return new Node(
          name,
          connect ? Protocol.CONNECT : Protocol.ZOOKEEPER,
          address.substring(0, Math.max(0, colon)),
          Integer.parseInt(address.substring(colon + 1)),
          "");
    } catch (NumberFormatException e) {
      throw new IOException("node " + name + " has no " + field + " HOST:PORT", e);
    }
  }

  /** The fields of an object that are texts or numbers. */
  private static Map<String, String> readTexts(JsonParser parser) throws IOException {
    Map<String, String> texts = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      if (parser.nextToken().isScalarValue()) {
        texts.put(field, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    return texts;
  }
}
