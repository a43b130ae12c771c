package io.evalctl.operator.runbook;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.question.Answer;
import io.evalctl.question.Ask;
import io.evalctl.question.TcpExchange;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks as every operator can: over the network, and by the docker command. Blocks. */
final class ProbeAsker {
  /** A reply that never has it is read until the server closes the connection. */
  private static final String NEVER = "(?!)";

  private static final String BLANK_LINE = "\r\n\r\n";

  private final ShellCommand shell;
  private final TimeSource time;

  ProbeAsker(ShellCommand shell, TimeSource time) {
    this.shell = shell;
    this.time = time;
  }

  Answer ask(Ask ask, Duration timeout) throws InterruptedException {
    Deadline deadline = Deadline.in(timeout, time);
    if (ask instanceof Ask.Http http) {
      return answer(
          TcpExchange.with(
              address(http.port()),
              new Ask.Tcp(http.port(), null, NEVER, true),
              request(http),
              deadline));
    }
    if (ask instanceof Ask.Tcp tcp) {
      String send = tcp.send() == null ? null : tcp.send().text();
      return TcpExchange.with(address(tcp.port()), tcp, send, deadline);
    }
    ShellCommand.Result result =
        shell.output("exec " + ((Ask.Exec) ask).command().get(0).text(), timeout);
    return result.exitCode() == ShellCommand.TIMED_OUT
        ? new Answer.Missing("no answer")
        : Answer.Given.exit(result.exitCode(), result.output());
  }

  private static InetSocketAddress address(String place) {
    int colon = place.lastIndexOf(':');
    return new InetSocketAddress(
        place.substring(0, colon), Integer.parseInt(place.substring(colon + 1)));
  }

  /** Version 1.0, so that the server closes the connection when it has answered (RFC 1945). */
  private static String request(Ask.Http ask) {
    String body = ask.body() == null ? "" : ask.body().text();
    StringBuilder lines = new StringBuilder();
    ask.headers()
        .forEach((name, value) -> lines.append("%s: %s\r\n".formatted(name, value.text())));
    if (ask.body() != null) {
      lines.append(
          "Content-Length: %d\r\n".formatted(body.getBytes(StandardCharsets.UTF_8).length));
      if (!ask.headers().containsKey("Content-Type")) {
        lines.append("Content-Type: application/json\r\n");
      }
    }
    return "%s %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n%s\r\n%s"
        .formatted(ask.method(), ask.path().text(), ask.port(), lines, body);
  }

  /** What the reply to a request says. */
  static Answer answer(Answer reply) {
    if (!(reply instanceof Answer.Given given)) {
      return reply;
    }
    String[] words = given.body().lines().findFirst().orElse("").split(" ");
    if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].matches("\\d{3}")) {
      return new Answer.Missing("no HTTP");
    }
    int body = given.body().indexOf(BLANK_LINE);
    return Answer.Given.http(
        Integer.parseInt(words[1]),
        body < 0 ? "" : given.body().substring(body + BLANK_LINE.length()));
  }
}
