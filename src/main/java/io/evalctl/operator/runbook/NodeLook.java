package io.evalctl.operator.runbook;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * One look at a node: its answer to the four-letter word {@code srvr} (ZooKeeper Administrator's
 * Guide, "The Four Letter Words"), the status of its health page, or whether it takes connections.
 *
 * @param mode leader, follower or standalone; empty unless it serves and tells
 */
record NodeLook(String node, State state, String mode) {

  /** What a node does. */
  enum State {
    /** It serves clients. */
    SERVING,
    /** It answers, but has no quorum, or no leader yet. */
    NOT_SERVING,
    /** It takes the connection and does not answer. */
    SILENT,
    /** Nobody is there. */
    DOWN
  }

  private static final int MOST_ANSWER_BYTES = 16_384;

  /** How long a connection must stay open to be a real one. */
  private static final int OPEN_MILLIS = 50;

  /** Asks a node; takes little longer than the given time. */
  static NodeLook at(SubjectDescription.Node node, int timeoutMillis) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(timeoutMillis);
      socket.connect(new InetSocketAddress(node.host(), node.port()), timeoutMillis);
      return switch (node.protocol()) {
        case ZOOKEEPER -> of(node.name(), answer(socket, "srvr"));
        case HTTP -> ofHttp(node.name(), answer(socket, get(node)));
        case CONNECT -> ofConnection(node.name(), socket);
      };
    } catch (SocketTimeoutException e) {
      return new NodeLook(node.name(), State.SILENT, "");
    } catch (IOException e) {
      return new NodeLook(node.name(), State.DOWN, "");
    }
  }

  /** Version 1.0, so that the server closes the connection when it has answered (RFC 1945). */
  private static String get(SubjectDescription.Node node) {
    return "GET %s HTTP/1.0\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
        .formatted(node.path().isEmpty() ? "/" : node.path(), node.host(), node.port());
  }

  private static String answer(Socket socket, String question) throws IOException {
    socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
    InputStream answer = socket.getInputStream();
    return new String(answer.readNBytes(MOST_ANSWER_BYTES), StandardCharsets.US_ASCII);
  }

  /** What the answer to a GET says. */
  static NodeLook ofHttp(String node, String answer) {
    String[] words = answer.lines().findFirst().orElse("").split(" ");
    if (words.length < 2 || !words[0].startsWith("HTTP/")) {
      return new NodeLook(node, State.DOWN, "");
    }
    return new NodeLook(node, words[1].startsWith("2") ? State.SERVING : State.NOT_SERVING, "");
  }

  /** A proxy before the node takes every connection, and closes it when nobody is behind it. */
  private static NodeLook ofConnection(String node, Socket socket) throws IOException {
    socket.setSoTimeout(OPEN_MILLIS);
    try {
      return new NodeLook(
          node, socket.getInputStream().read() < 0 ? State.DOWN : State.SERVING, "");
    } catch (SocketTimeoutException e) {
      return new NodeLook(node, State.SERVING, "");
    }
  }

  /** What an answer says. */
  static NodeLook of(String node, String answer) {
    int mode = answer.indexOf("Mode: ");
    if (mode >= 0) {
      int start = mode + "Mode: ".length();
      int end = answer.indexOf('\n', start);
      String word = answer.substring(start, end < 0 ? answer.length() : end).strip();
      return new NodeLook(node, State.SERVING, word);
    }
    return new NodeLook(node, answer.isBlank() ? State.DOWN : State.NOT_SERVING, "");
  }

  /** For a message. */
  String summary() {
    return node
        + " "
        + switch (state) {
          case SERVING -> mode.isEmpty() ? "serves" : "is " + mode;
          case NOT_SERVING -> "does not serve";
          case SILENT -> "does not answer";
          case DOWN -> "is down";
        };
  }
}
