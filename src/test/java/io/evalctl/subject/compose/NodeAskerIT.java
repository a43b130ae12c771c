package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evalctl.question.Answer;
import io.evalctl.question.Ask;
import io.evalctl.question.Template;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class NodeAskerIT {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Ask.Http PUT =
      new Ask.Http(
          "p",
          "PUT",
          Template.of("/k/{{url key}}"),
          Map.of("X-Node", Template.of("{{node}}")),
          Template.of("v={{value}}"));
  private static final Map<String, String> VARIABLES =
      Map.of("node", "n", "key", "a b", "value", "7");

  private static Answer ask(InetSocketAddress address, Ask ask, Duration timeout) {
    try (NodeAsker asker = new NodeAsker(Map.of("n", Map.of("p", address)), null)) {
      return asker.ask("n", ask, VARIABLES, timeout).join();
    }
  }

  private static InetSocketAddress at(ServerSocket socket) {
    return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @Test
  void sendsWhatTheTemplatesSayAndBringsTheAnswer() throws IOException {
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          seen.add(exchange.getRequestHeaders().getFirst("X-Node"));
          seen.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(503, 2);
          exchange.getResponseBody().write("no".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    try {
      assertThat(ask(server.getAddress(), PUT, Duration.ofSeconds(30)))
          .isEqualTo(new Answer.Given(false, 503, "no", "HTTP 503"));
      assertThat(seen).containsExactly("PUT /k/a%20b", "n", "v=7");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whereNobodyListensItIsRefused() throws IOException {
    InetSocketAddress nobody;
    try (ServerSocket socket = listen()) {
      nobody = at(socket);
    }
    assertThat(ask(nobody, PUT, SHORT)).isEqualTo(new Answer.Refused("connection refused"));
    assertThat(ask(nobody, new Ask.Tcp("p"), SHORT))
        .isEqualTo(new Answer.Refused("connection refused"));
  }

  @Test
  void whoTakesTheConnectionAndSaysNothingIsMissed() throws IOException {
    try (ServerSocket silent = listen()) {
      assertThat(ask(at(silent), PUT, SHORT)).isEqualTo(new Answer.Missing("no answer"));
      assertThat(ask(at(silent), new Ask.Tcp("p"), SHORT).summary()).isEqualTo("connected");
    }
  }

  @Test
  void anAnswerThatNeverEndsIsMissed() throws Exception {
    try (ServerSocket slow = listen()) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = slow.accept()) {
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".getBytes());
                  socket.getOutputStream().flush();
                  socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // the other side has given up
                }
              });
      thread.start();
      assertThat(ask(at(slow), PUT, SHORT)).isEqualTo(new Answer.Missing("no answer"));
      thread.join();
    }
  }

  @Test
  void aProxyWithNobodyBehindItClosesAtOnce() throws Exception {
    for (Ask ask : List.of(PUT, new Ask.Tcp("p"))) {
      try (ServerSocket proxy = listen()) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    proxy.accept().close();
                  } catch (IOException e) {
                    // the test is over
                  }
                });
        thread.start();
        assertThat(ask(at(proxy), ask, Duration.ofSeconds(30))).isInstanceOf(Answer.Missing.class);
        thread.join();
      }
    }
  }

  /** What comes in pieces is read to its end, as the file says where that is. */
  @Test
  void sendsOverAConnectionAndReadsTheReply() throws Exception {
    Ask.Tcp get = new Ask.Tcp("p", Template.of("GET {{key}}\r\n"), "^\\$\\d+\r\n.*\r\n", true);
    try (ServerSocket server = listen()) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket socket = server.accept()) {
                  byte[] asked = socket.getInputStream().readNBytes("GET a b\r\n".length());
                  for (String piece : List.of("$7\r", "\n", new String(asked, 0, 7), "\r\n")) {
                    socket.getOutputStream().write(piece.getBytes(StandardCharsets.UTF_8));
                    socket.getOutputStream().flush();
                  }
                  socket.getInputStream().read();
                } catch (IOException e) {
                  // the test is over
                }
              });
      thread.start();
      assertThat(ask(at(server), get, Duration.ofSeconds(30)))
          .isEqualTo(new Answer.Given(true, 0, "$7\r\nGET a b\r\n", "a reply"));
      thread.join();
    }
    try (ServerSocket silent = listen()) {
      assertThat(ask(at(silent), get, SHORT)).isEqualTo(new Answer.Missing("no answer"));
    }
  }
}
