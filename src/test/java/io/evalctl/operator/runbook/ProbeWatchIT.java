package io.evalctl.operator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.evalctl.clock.TimeSource;
import io.evalctl.operator.runbook.NodeLook.State;
import io.evalctl.question.Ask;
import io.evalctl.question.Condition;
import io.evalctl.question.Question;
import io.evalctl.question.Template;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The subject's own probes, asked as an operator can. */
class ProbeWatchIT {
  private static final TimeSource TIME = TimeSource.system();
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private ProbeWatch looked(Ask ask, Duration timeout, Condition... conditions) throws Exception {
    WatchedProbe probe =
        new WatchedProbe(
            "up", List.of(ask), new Question(ask, null, List.of(conditions)), LONG, timeout, 1, 1);
    ShellCommand shell = new ShellCommand(directory, "out");
    ProbeWatch watch = new ProbeWatch(probe, new ProbeAsker(shell, TIME), TIME);
    assertThat(watch.state()).as("as long as nobody was asked").isEqualTo(State.SERVING);
    watch.look();
    assertThat(directory).as("what programs print is not kept").isEmptyDirectory();
    return watch;
  }

  private static Condition text(Condition.Operator operator, String operand) {
    return new Condition(null, operator, Template.of(operand));
  }

  private static Ask.Tcp ping(ServerSocket socket) {
    return new Ask.Tcp("127.0.0.1:" + socket.getLocalPort(), Template.of("PING\r\n"), null, true);
  }

  /** A stopped Redis does so: the kernel goes on taking connections for it. */
  @Test
  void aServerThatTakesConnectionsAndSaysNothingIsSilent() throws Exception {
    try (ServerSocket paused = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      ProbeWatch watch =
          looked(ping(paused), Duration.ofMillis(200), text(Condition.Operator.EQUALS, "+PONG"));

      assertThat(watch.state()).isEqualTo(State.SILENT);
      assertThat(watch.reason()).isEqualTo("no answer");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "+PONG, SERVING, ''",
    "-LOADING, NOT_SERVING, 'the answer is ''-LOADING'', not equals +PONG'"
  })
  void aReplyIsJudged(String reply, State state, String reason) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> answer(server, reply));
      thread.start();
      ProbeWatch watch = looked(ping(server), LONG, text(Condition.Operator.EQUALS, "+PONG"));
      thread.join();

      assertThat(watch.state()).isEqualTo(state);
      assertThat(watch.reason()).isEqualTo(reason);
    }
  }

  private static void answer(ServerSocket server, String reply) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().readNBytes("PING\r\n".length());
      socket.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      socket.getInputStream().read();
    } catch (IOException e) {
      // the other side has closed
    }
  }

  @Test
  void whereNobodyListensItIsDown() throws Exception {
    ServerSocket gone = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    gone.close();

    assertThat(looked(ping(gone), LONG).state()).isEqualTo(State.DOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "200, true, SERVING, ''",
    "200, false, NOT_SERVING, '$.ok is ''false'', not equals true'",
    "503, true, NOT_SERVING, HTTP 503",
  })
  void aPageIsJudgedByItsStatusAndItsBody(int status, String ok, State state, String reason)
      throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health",
        exchange -> {
          byte[] sent = exchange.getRequestBody().readAllBytes();
          boolean asked =
              exchange.getRequestMethod().equals("POST") && new String(sent).equals("{}");
          byte[] body = "{\"ok\": %s}".formatted(ok).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(asked ? status : 400, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      ProbeWatch watch =
          looked(
              new Ask.Http(
                  "127.0.0.1:" + server.getAddress().getPort(),
                  "POST",
                  Template.of("/health"),
                  Map.of(),
                  Template.of("{}")),
              LONG,
              new Condition(Template.of("$.ok"), Condition.Operator.EQUALS, Template.of("true")));

      assertThat(watch.state()).isEqualTo(state);
      assertThat(watch.reason()).isEqualTo(reason);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "echo role:master, 30000, SERVING, ''",
    "echo role:slave, 30000, FAILING, 'the answer is ''role:slave'', not contains role:master'",
    "sh -c 'echo role:master; exit 7', 30000, FAILING, exit code 7",
    "sleep 60, 200, SILENT, no answer",
  })
  void aProgramIsJudgedByItsEndAndItsOutput(String command, int millis, State state, String reason)
      throws Exception {
    ProbeWatch watch =
        looked(
            new Ask.Exec(List.of(Template.of(command.replace('"', '\'')))),
            Duration.ofMillis(millis),
            text(Condition.Operator.CONTAINS, "role:master"));

    assertThat(watch.state()).isEqualTo(state);
    assertThat(watch.reason()).isEqualTo(reason);
  }
}
