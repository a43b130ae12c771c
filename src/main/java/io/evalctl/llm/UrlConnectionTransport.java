package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import io.evalctl.error.EvalctlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * HTTP/1.1 over {@link HttpURLConnection}, which starts several times faster than java.net.http (a
 * process with one call against a server on this machine: 2.5 times a bare JVM, against 12) and
 * serves many threads at a higher rate. What it lacks is added here: a deadline for the whole
 * exchange, interruption, a size limit, and the check that a body is complete.
 *
 * <p>The blocking exchange runs on a daemon thread while the caller waits, so that a server that
 * sends a byte now and then cannot hold the caller beyond its deadline.
 */
final class UrlConnectionTransport implements HttpTransport {
  private static final String TUNNEL_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";
  private static final Pattern TUNNEL_REFUSED =
      Pattern.compile("Unable to tunnel through proxy.*?HTTP/[0-9.]+ (\\d{3})?([^\"]*).*");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  static {
    // A request that costs money is never sent again behind our back.
    System.setProperty("sun.net.http.retryPost", "false");
    // A proxy that asks for a password gets it for HTTPS, too: the JDK's default keeps Basic back.
    if (System.getProperty(TUNNEL_SCHEMES) == null) {
      System.setProperty(TUNNEL_SCHEMES, "");
    }
    // The default keeps five idle connections to a host, fewer than a batch has jobs.
    if (System.getProperty("http.maxConnections") == null) {
      System.setProperty("http.maxConnections", "256");
    }
  }

  private final ProxySettings proxies;
  private final Map<ProxySettings.Route, ProxyLogin> logins = new ConcurrentHashMap<>();
  private final AtomicInteger threads = new AtomicInteger();
  private final ExecutorService workers =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "http-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  UrlConnectionTransport(ProxySettings proxies) {
    this.proxies = proxies;
  }

  @Override
  public HttpReply send(HttpCall call, Deadline deadline) {
    String host = call.uri().getAuthority();
    if (deadline.expired()) {
      throw timeout(host, deadline);
    }
    ProxySettings.Route route = proxies.to(call.uri());
    ProxyLogin login = route.user() == null ? null : logins.computeIfAbsent(route, ProxyLogin::new);
    HttpURLConnection connection = open(call, route, login, deadline);
    Future<HttpReply> reply =
        workers.submit(
            () -> {
              if (login != null) {
                login.begin();
              }
              return exchange(connection, call, deadline);
            });
    try {
      HttpReply got = reply.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (got.status() == HttpURLConnection.HTTP_PROXY_AUTH && connection.usingProxy()) {
        throw route.unauthorized();
      }
      return got;
    } catch (TimeoutException e) {
      abandon(connection);
      throw timeout(host, deadline);
    } catch (InterruptedException e) {
      abandon(connection);
      throw EvalctlException.interrupted("waiting for " + host);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LlmException llm) {
        throw llm;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw failure(e.getCause(), host, route, deadline);
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }

  private static HttpURLConnection open(
      HttpCall call, ProxySettings.Route route, ProxyLogin login, Deadline deadline) {
    try {
      URL url = call.uri().toURL();
      HttpURLConnection connection =
          (HttpURLConnection)
              (route.proxy() == null ? url.openConnection() : url.openConnection(route.proxy()));
      if (login != null && url.getProtocol().equals("http")) {
        // At once: a proxy that is asked without it may cut the connection before the body is out.
        connection.setRequestProperty("Proxy-Authorization", route.basic());
      } else if (login != null) {
        connection.setAuthenticator(login);
      }
      connection.setRequestMethod(call.method());
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout(
          (int) Math.max(1, Math.min(CONNECT_TIMEOUT.toMillis(), deadline.remaining().toMillis())));
      connection.setReadTimeout(
          (int) Math.max(1, Math.min(Integer.MAX_VALUE, deadline.remaining().toMillis())));
      connection.setRequestProperty("User-Agent", UserAgent.VALUE);
      connection.setRequestProperty("Accept-Encoding", ContentCoding.ACCEPTED);
      call.headers().forEach(connection::setRequestProperty);
      return connection;
    } catch (IOException e) {
      throw failure(e, call.uri().getAuthority(), route, deadline);
    }
  }

  private static HttpReply exchange(HttpURLConnection connection, HttpCall call, Deadline deadline)
      throws IOException {
    if (call.body() != null) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(call.body());
    }
    int status = connection.getResponseCode();
    if (status < 0) {
      throw new IOException("it does not speak HTTP");
    }
    try (InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      byte[] body = in == null ? new byte[0] : read(in, connection, deadline);
      Map<String, String> headers = headers(connection);
      return new HttpReply(status, headers, plain(status, headers, body, call));
    }
  }

  /** The status of an error tells enough where its body cannot be read. */
  private static byte[] plain(int status, Map<String, String> headers, byte[] body, HttpCall call)
      throws IOException {
    String coding = headers.get("content-encoding");
    try {
      return ContentCoding.decode(body, coding, call.uri().getAuthority(), MAX_BODY_BYTES);
    } catch (IOException | LlmException e) {
      if (status < HttpURLConnection.HTTP_MULT_CHOICE) {
        throw e;
      }
      return new byte[0];
    }
  }

  private static byte[] read(InputStream in, HttpURLConnection connection, Deadline deadline)
      throws IOException {
    String type = connection.getContentType();
    boolean stream = type != null && type.toLowerCase(Locale.ROOT).startsWith(EventStream.TYPE);
    Body body = new Body();
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (deadline.expired()) {
        throw new SocketTimeoutException("Read timed out");
      }
      body.write(buffer, 0, n);
      if (body.size() > MAX_BODY_BYTES) {
        connection.disconnect();
        throw ContentCoding.tooLarge(connection.getURL().getAuthority(), MAX_BODY_BYTES);
      }
      if (stream && body.endsWithLine(EventStream.END)) {
        // Some servers leave the connection open after the last event.
        connection.disconnect();
        return body.toByteArray();
      }
    }
    // HttpURLConnection takes the end of the stream for the end of the body.
    long announced = connection.getContentLengthLong();
    if (announced > body.size()) {
      throw new IOException(
          "the body was cut short: %d of %d bytes".formatted(body.size(), announced));
    }
    return body.toByteArray();
  }

  private static Map<String, String> headers(HttpURLConnection connection) {
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, List<String>> header : connection.getHeaderFields().entrySet()) {
      if (header.getKey() != null) {
        headers.put(
            header.getKey().toLowerCase(Locale.ROOT),
            header.getValue().get(header.getValue().size() - 1));
      }
    }
    return headers;
  }

  /** On a thread of its own: disconnecting waits for a read of the body that is under way. */
  private void abandon(HttpURLConnection connection) {
    workers.execute(connection::disconnect);
  }

  private static LlmException timeout(String host, Deadline deadline) {
    return new LlmException(
        LlmErrorCode.TIMEOUT,
        "%s did not answer within %.1fs".formatted(host, deadline.length().toMillis() / 1e3));
  }

  private static LlmException failure(
      Throwable cause, String target, ProxySettings.Route route, Deadline deadline) {
    Matcher refused = TUNNEL_REFUSED.matcher(String.valueOf(cause.getMessage()));
    if (refused.matches()) {
      // Some proxies answer 401.
      return List.of("407", "401").contains(String.valueOf(refused.group(1)))
          ? route.unauthorized()
          : new LlmException(
              LlmErrorCode.NETWORK_ERROR,
              route.label() + " does not connect to " + target,
              "it answered HTTP " + refused.group(1) + refused.group(2));
    }
    String host = route.name() == null ? target : target + " through " + route.label();
    if (cause instanceof SocketTimeoutException) {
      return deadline.expired()
          ? timeout(host, deadline)
          : new LlmException(
              LlmErrorCode.TIMEOUT,
              String.valueOf(cause.getMessage()).startsWith("Connect")
                  ? "no connection to %s within %ds".formatted(host, CONNECT_TIMEOUT.toSeconds())
                  : host + " did not answer in time");
    }
    String what =
        cause instanceof UnknownHostException
            ? "no address is known for " + host
            : cause instanceof SSLException
                ? "no secure connection to " + host
                : "the connection to " + host + " failed";
    return new LlmException(
        LlmError.of(
            LlmErrorCode.NETWORK_ERROR,
            what,
            cause.getClass().getSimpleName() + ": " + cause.getMessage() + trustHint(cause)),
        cause);
  }

  private static String trustHint(Throwable cause) {
    return String.valueOf(cause.getMessage()).contains("unable to find valid certification path")
        ? "; a company's own certificate is trusted with"
            + " JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=FILE"
        : "";
  }

  /** Bytes whose end can be looked at without a copy. */
  private static final class Body extends ByteArrayOutputStream {
    boolean endsWithLine(String text) {
      int end = count;
      while (end > 0 && buf[end - 1] <= ' ' && buf[end - 1] >= 0) {
        end--;
      }
      int start = end - text.length();
      return start >= 0
          && new String(buf, start, text.length(), StandardCharsets.US_ASCII).equals(text);
    }
  }
}
