package io.evalctl.llm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real HTTP proxy on loopback, with CONNECT, which takes every host for this machine. It serves
 * one request for each connection, or the tunnel that it asks for.
 */
public final class ProxyServer implements AutoCloseable {
  private final ServerSocket server;
  private final String login;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile String refusal;

  /**
   * @param login the value that Proxy-Authorization must have, or null for any or none
   */
  public ProxyServer(String login) {
    this.login = login;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::serve);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Refuses everything so: {@code 403 Forbidden}. */
  void refuse(String status) {
    refusal = status;
  }

  /** The heads of all requests. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        daemon(() -> handle(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void handle(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      asked.add(head);
      OutputStream out = client.getOutputStream();
      boolean known =
          login == null
              || head.lines()
                  .map(line -> line.toLowerCase(Locale.ROOT))
                  .anyMatch(
                      line ->
                          line.equals("proxy-authorization: " + login.toLowerCase(Locale.ROOT)));
      if (refusal != null || !known) {
        String status = refusal != null ? refusal : "407 Proxy Authentication Required";
        out.write(
            ascii(
                "HTTP/1.1 %s\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .formatted(status)));
        return;
      }
      String target = head.split(" ")[1];
      boolean tunnel = head.startsWith("CONNECT ");
      int port = URI.create(tunnel ? "x://" + target : target).getPort();
      try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (tunnel) {
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\n"));
        } else {
          upstream
              .getOutputStream()
              .write(ascii(head.replaceFirst("http://[^/]*", "") + "Connection: close\r\n\r\n"));
        }
        daemon(() -> copy(client, upstream));
        copy(upstream, client);
      }
    } catch (IOException e) {
      // the client has what it wanted
    }
  }

  /** The request line and the headers, each with its line's end. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("it has ended");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    return text.substring(0, text.length() - 2);
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // the other direction is over
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
