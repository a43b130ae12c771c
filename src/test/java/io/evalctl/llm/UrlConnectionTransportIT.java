package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP against real servers on loopback, most of them unwell. */
@Timeout(60)
class UrlConnectionTransportIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(400);

  private final UrlConnectionTransport transport =
      new UrlConnectionTransport(new ProxySettings(Map.of()));

  @AfterEach
  void close() {
    transport.close();
  }

  @Test
  void saysWhoItIs() {
    try (ProviderServer server = new ProviderServer()) {
      post(server.url(), LONG);
      assertThat(server.asked().get(0).headers().get("user-agent")).matches("evalctl/\\S+");
      assertThat(server.asked().get(0).headers()).containsEntry("accept-encoding", "gzip, deflate");
    }
  }

  @Test
  void aStreamIsReadToItsLastEventAndNotBeyond() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (RawServer open =
        new RawServer(
            false,
            out -> {
              out.write(
                  ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                          + "data: {}\n\ndata: [DO")
                      .getBytes(StandardCharsets.UTF_8));
              out.flush();
              out.write("NE]\n\n".getBytes(StandardCharsets.UTF_8));
              out.flush();
              read.await();
            })) {
      HttpReply reply = post(open.url(), LONG);
      assertThat(new String(reply.body(), StandardCharsets.UTF_8)).endsWith("data: [DONE]\n\n");
    } finally {
      read.countDown();
    }
  }

  @Test
  void undoesCompression() throws Exception {
    byte[] plain = "{\"a\":\"ü\"}".getBytes(StandardCharsets.UTF_8);
    byte[] gzip = compressed(plain, GZIPOutputStream::new);
    byte[] zlib = compressed(plain, DeflaterOutputStream::new);
    byte[] bare = compressed(plain, out -> new DeflaterOutputStream(out, new Deflater(9, true)));
    try (ProviderServer server = new ProviderServer()) {
      server.then(coded(200, gzip, "gzip"));
      server.then(coded(500, gzip, "x-gzip"));
      server.then(coded(200, zlib, "deflate"));
      server.then(coded(200, bare, "Deflate"));
      server.then(coded(200, compressed(zlib, GZIPOutputStream::new), "deflate, gzip"));
      server.then(coded(200, plain, "identity"));
      // Undone by a proxy that left the header standing, and done without a word.
      server.then(coded(200, plain, "gzip"));
      server.then(coded(200, plain, "deflate"));
      server.then(ProviderServer.raw(200, "application/json", gzip));
      for (int i = 0; i < 9; i++) {
        assertThat(post(server.url(), LONG).body()).as("%d", i).isEqualTo(plain);
      }
      server.then(coded(200, plain, "br"));
      assertThat(post(server.url(), LONG).body()).isEqualTo(plain);
      server.then(coded(204, new byte[0], "gzip"));
      assertThat(post(server.url(), LONG).body()).isEmpty();
      for (String unknown : List.of("br", "zstd", "gzip, br")) {
        server.then(coded(200, gzip, unknown));
        LlmError error = refusal(() -> post(server.url(), LONG));
        assertThat(error.code()).isEqualTo(LlmErrorCode.INVALID_RESPONSE);
        assertThat(error.message()).contains("compressed with").contains("cannot read");
      }
      byte[] half = Arrays.copyOf(gzip, gzip.length - 9);
      for (String coding : List.of("br", "gzip")) {
        server.then(coded(429, half, coding));
        HttpReply reply = post(server.url(), LONG);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.body()).isEmpty();
      }
      server.then(coded(200, half, "gzip"));
      assertThat(refusal(() -> post(server.url(), LONG)).code())
          .isEqualTo(LlmErrorCode.NETWORK_ERROR);
      byte[] huge = compressed(new byte[HttpTransport.MAX_BODY_BYTES + 1], GZIPOutputStream::new);
      server.then(coded(200, huge, "gzip"));
      assertThat(refusal(() -> post(server.url(), LONG)).message())
          .endsWith("sent more than 16 MiB");
    }
  }

  private static LlmError refusal(Runnable call) {
    try {
      call.run();
      throw new AssertionError("it succeeded");
    } catch (LlmException e) {
      return e.error();
    }
  }

  private static ProviderServer.Answer coded(int status, byte[] body, String coding) {
    return ProviderServer.raw(status, "application/json", body, "Content-Encoding", coding);
  }

  @FunctionalInterface
  private interface Coder {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] compressed(byte[] plain, Coder coder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = coder.over(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  @Test
  void sendsAndReceives() {
    try (ProviderServer server = new ProviderServer()) {
      server.then(ProviderServer.json(200, "{\"a\":\"ü\"}", "X-Mark", "7"));
      HttpReply reply = post(server.url() + "/v1/x", LONG);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.headers()).containsEntry("x-mark", "7");
      assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":\"ü\"}");
      ProviderServer.Asked asked = server.asked().get(0);
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.path()).isEqualTo("/v1/x");
      assertThat(asked.body()).isEqualTo("{\"hi\":1}");
      assertThat(asked.headers()).containsEntry("authorization", "Bearer k");
    }
  }

  @Test
  void readsTheBodyOfEveryRefusal() {
    try (ProviderServer server = new ProviderServer()) {
      for (int status :
          List.of(400, 401, 402, 403, 404, 407, 408, 409, 413, 422, 429, 500, 503, 529)) {
        server.then(ProviderServer.json(status, "{\"error\":" + status + "}"));
        HttpReply reply = post(server.url(), LONG);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.excerpt()).isEqualTo("{\"error\":" + status + "}");
      }
      server.then(
          ProviderServer.json(401, "{\"error\":\"key\"}", "WWW-Authenticate", "Basic realm=\"x\""));
      assertThat(post(server.url(), LONG).excerpt()).isEqualTo("{\"error\":\"key\"}");
      server.then(ProviderServer.raw(500, "text/plain", new byte[0]));
      assertThat(post(server.url(), LONG).body()).isEmpty();
    }
  }

  @Test
  void followsNoRedirect() {
    try (ProviderServer server = new ProviderServer()) {
      server.then(ProviderServer.json(307, "{}", "Location", server.url() + "/elsewhere"));
      assertThat(post(server.url(), LONG).status()).isEqualTo(307);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void passesOverBlankLinesThatKeepTheConnectionAlive() throws Exception {
    try (RawServer server =
        new RawServer(
            false,
            out -> {
              out.write(chunkedHead());
              for (int i = 0; i < 5; i++) {
                out.write("1\r\n\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
              }
              out.write("7\r\n{\"a\":1}\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            })) {
      HttpReply reply = post(server.url(), LONG);
      assertThat(Json.read(reply.body()).path("a").asInt()).isEqualTo(1);
    }
  }

  @Test
  void aSlowDripDoesNotOutlastTheDeadline() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(
            false,
            out -> {
              out.write(chunkedHead());
              while (!over.await(20, TimeUnit.MILLISECONDS)) {
                out.write("1\r\n \r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
              }
            })) {
      assertFails(LlmErrorCode.TIMEOUT, server.url(), SHORT);
      over.countDown();
    }
  }

  @Test
  void slowHeadersDoNotOutlastTheDeadline() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(
            false,
            out -> {
              out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
              while (!over.await(20, TimeUnit.MILLISECONDS)) {
                out.write("X-Drip: 1\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
              }
            })) {
      assertFails(LlmErrorCode.TIMEOUT, server.url(), SHORT);
      over.countDown();
    }
  }

  @Test
  void aSilentServerIsATimeout() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (RawServer server = new RawServer(false, out -> over.await(30, TimeUnit.SECONDS))) {
      assertFails(LlmErrorCode.TIMEOUT, server.url(), SHORT);
      over.countDown();
    }
  }

  @Test
  void aServerThatTakesNoConnectionIsATimeout() throws Exception {
    // Nobody accepts, and the queue of connections is full: the kernel drops what comes.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> queue = new ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          Socket socket = new Socket();
          queue.add(socket);
          try {
            socket.connect(full.getLocalSocketAddress(), 100);
          } catch (SocketTimeoutException e) {
            break;
          }
        }
        assertFails(LlmErrorCode.TIMEOUT, "http://127.0.0.1:" + full.getLocalPort(), SHORT);
      } finally {
        for (Socket socket : queue) {
          socket.close();
        }
      }
    }
  }

  @Test
  void aDeadlineThatHasPassedSendsNothing() {
    try (ProviderServer server = new ProviderServer()) {
      assertFails(LlmErrorCode.TIMEOUT, server.url(), Duration.ZERO);
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void bodiesCutShortAreNetworkErrors() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1}",
            "HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{\"a\":1}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"a\"",
            "HTT",
            "")) {
      try (RawServer server = RawServer.text(response)) {
        assertFails(LlmErrorCode.NETWORK_ERROR, server.url(), LONG);
      }
    }
  }

  @Test
  void aResetIsANetworkError() throws Exception {
    try (RawServer server = new RawServer(true, out -> out.write('H'))) {
      assertFails(LlmErrorCode.NETWORK_ERROR, server.url(), LONG);
    }
  }

  @Test
  void whatDoesNotSpeakHttpIsANetworkError() throws Exception {
    try (RawServer server = RawServer.text("SSH-2.0-OpenSSH_9.2\r\n\r\n")) {
      assertFails(LlmErrorCode.NETWORK_ERROR, server.url(), LONG);
    }
  }

  @Test
  void aRefusedConnectionIsANetworkError() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertFails(LlmErrorCode.NETWORK_ERROR, "http://127.0.0.1:" + port, LONG);
  }

  @Test
  void anUnknownNameIsANetworkError() {
    assertThatThrownBy(() -> post("http://no-such-host.invalid", LONG))
        .asInstanceOf(type(LlmException.class))
        .satisfies(
            e -> {
              assertThat(e.error().code()).isEqualTo(LlmErrorCode.NETWORK_ERROR);
              assertThat(e.error().message()).contains("no-such-host.invalid");
            });
  }

  @Test
  void aCertificateThatNobodyVouchesForIsANetworkError(@TempDir Path directory) throws Exception {
    try (ProviderServer server = new ProviderServer(TlsServer.create(directory))) {
      assertThatThrownBy(() -> post("https://localhost:" + server.port(), LONG))
          .asInstanceOf(type(LlmException.class))
          .satisfies(
              e -> {
                assertThat(e.error().code()).isEqualTo(LlmErrorCode.NETWORK_ERROR);
                assertThat(e.error().message()).startsWith("no secure connection");
              });
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void bodiesEndAtSixteenMebibytes() {
    try (ProviderServer server = new ProviderServer()) {
      server.then(ProviderServer.raw(200, "text/plain", new byte[HttpTransport.MAX_BODY_BYTES]));
      assertThat(post(server.url(), LONG).body()).hasSize(HttpTransport.MAX_BODY_BYTES);
      for (int status : List.of(200, 500)) {
        server.then(ProviderServer.raw(status, "text/plain", new byte[20 << 20]));
        assertFails(LlmErrorCode.INVALID_RESPONSE, server.url(), LONG);
      }
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (RawServer server =
        new RawServer(
            false,
            out -> {
              asked.countDown();
              over.await(30, TimeUnit.SECONDS);
            })) {
      Future<HttpReply> reply = threads.submit(() -> post(server.url(), LONG));
      asked.await();
      threads.shutdownNow();
      assertThatThrownBy(reply::get)
          .cause()
          .asInstanceOf(type(EvalctlException.class))
          .extracting(EvalctlException::code)
          .isEqualTo(ErrorCode.INTERRUPTED);
      over.countDown();
    }
  }

  @Test
  void neverSendsTwiceOverAConnectionThatWasCutBetweenRequests() throws Exception {
    // Answers the first request of a connection and cuts it at the second, as a server may that
    // has just restarted; whoever sent that again by himself would be answered.
    AtomicInteger requests = new AtomicInteger();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      threads.submit(
          () -> {
            while (true) {
              try (Socket socket = server.accept()) {
                for (int i = 0; i < 2 && RawServer.readRequest(socket.getInputStream()); i++) {
                  requests.incrementAndGet();
                  if (i == 0) {
                    socket
                        .getOutputStream()
                        .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
                                .getBytes(StandardCharsets.US_ASCII));
                  }
                }
              }
            }
          });
      String url = "http://127.0.0.1:" + server.getLocalPort();
      assertThat(post(url, LONG).status()).isEqualTo(200);
      assertFails(LlmErrorCode.NETWORK_ERROR, url, LONG);
      assertThat(requests).hasValue(2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (ProviderServer server = new ProviderServer()) {
      server.always(
          (exchange, asked) -> ProviderServer.json(200, asked.body()).to(exchange, asked));
      List<Future<String>> replies = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        byte[] body = ("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8);
        HttpCall call =
            new HttpCall(
                "POST", URI.create(server.url()), Map.of("Content-Type", "application/json"), body);
        replies.add(threads.submit(() -> transport.send(call, in(LONG)).excerpt()));
      }
      for (int i = 0; i < 400; i++) {
        assertThat(replies.get(i).get()).isEqualTo("{\"n\":" + i + "}");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void assertFails(LlmErrorCode code, String url, Duration deadline) {
    assertThatThrownBy(() -> post(url, deadline))
        .asInstanceOf(type(LlmException.class))
        .extracting(e -> e.error().code())
        .as(url)
        .isEqualTo(code);
  }

  private HttpReply post(String url, Duration deadline) {
    return transport.send(
        new HttpCall(
            "POST",
            URI.create(url),
            Map.of("Authorization", "Bearer k", "Content-Type", "application/json"),
            "{\"hi\":1}".getBytes(StandardCharsets.UTF_8)),
        in(deadline));
  }

  private static Deadline in(Duration length) {
    return Deadline.in(length, TimeSource.system());
  }

  private static byte[] chunkedHead() {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        .getBytes(StandardCharsets.US_ASCII);
  }
}
