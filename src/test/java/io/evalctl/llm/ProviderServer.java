package io.evalctl.llm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP server on loopback that plays a provider: it takes the next of its planned answers,
 * or else the usual one, and remembers what it was asked.
 */
public final class ProviderServer implements AutoCloseable {
  /** An answer that OpenAI could give. */
  public static final String OPENAI_HELLO =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06",
       "choices":[{"index":0,"message":{"role":"assistant","content":"Hello there","refusal":null},"finish_reason":"stop"}],
       "usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12,
         "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":0}}}
      """;

  /** What was asked. */
  public record Asked(String method, String path, Map<String, String> headers, String body) {}

  /** How one request is answered. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange exchange, Asked asked) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Deque<Answer> planned = new ArrayDeque<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Answer usual = json(200, OPENAI_HELLO);

  public ProviderServer() {
    this(plain());
  }

  ProviderServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static HttpServer plain() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Answers the next request that has no plan yet so. */
  public ProviderServer then(Answer answer) {
    synchronized (planned) {
      planned.add(answer);
    }
    return this;
  }

  /** Answers every request without a plan so. */
  public ProviderServer always(Answer answer) {
    usual = answer;
    return this;
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** A JSON body with a status and headers, given as name, value, name, value. */
  public static Answer json(int status, String body, String... headers) {
    return raw(status, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
  }

  public static Answer raw(int status, String type, byte[] body, String... headers) {
    return (exchange, asked) -> {
      exchange.getResponseHeaders().add("Content-Type", type);
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    Asked request =
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers,
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    asked.add(request);
    Answer answer;
    synchronized (planned) {
      answer = planned.isEmpty() ? usual : planned.remove();
    }
    try {
      answer.to(exchange, request);
    } finally {
      exchange.close();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
