package io.evalctl.operator.runbook;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * One look at a node: its answer to the four-letter word {@code srvr} (ZooKeeper Administrator's
 * Guide, "The Four Letter Words"), or what its probes say.
 *
 * @param mode leader, follower or standalone; empty unless it serves and tells
 * @param reason why it does not serve, where a probe says so; else empty
 */
record NodeLook(String node, State state, String mode, String reason) {
  NodeLook(String node, State state, String mode) {
    this(node, state, mode, "");
  }

  /** What a node does. */
  enum State {
    /** It serves clients. */
    SERVING,
    /** It answers, but has no quorum, or no leader yet. */
    NOT_SERVING,
    /** A program in its container fails, or cannot be run there. */
    FAILING,
    /** It takes the connection and does not answer. */
    SILENT,
    /** Nobody is there. */
    DOWN
  }

  private static final int MOST_ANSWER_BYTES = 16_384;

  /** Asks a ZooKeeper server; takes little longer than the given time. */
  static NodeLook at(SubjectDescription.Node node, int timeoutMillis) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(timeoutMillis);
      socket.connect(new InetSocketAddress(node.host(), node.port()), timeoutMillis);
      return of(node.name(), answer(socket, "srvr"));
    } catch (SocketTimeoutException e) {
      return new NodeLook(node.name(), State.SILENT, "");
    } catch (IOException e) {
      return new NodeLook(node.name(), State.DOWN, "");
    }
  }

  private static String answer(Socket socket, String question) throws IOException {
    socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
    InputStream answer = socket.getInputStream();
    return new String(answer.readNBytes(MOST_ANSWER_BYTES), StandardCharsets.US_ASCII);
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
          case FAILING -> "fails";
          case SILENT -> "does not answer";
          case DOWN -> "is down";
        }
        + (reason.isEmpty() ? "" : " (" + reason + ")");
  }
}
