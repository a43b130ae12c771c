package io.evalctl.llm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers with bytes of its own making and may break off. */
final class RawServer implements AutoCloseable {

  /** Answers one request; the connection is cut when it returns. */
  @FunctionalInterface
  interface Answer {
    void to(OutputStream out) throws Exception;
  }

  private final ServerSocket server;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final boolean reset;

  /**
   * @param reset whether to cut connections with a reset instead of an orderly end
   */
  RawServer(boolean reset, Answer answer) {
    this.reset = reset;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(() -> serve(answer), "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  static RawServer text(String response) {
    return new RawServer(false, out -> out.write(response.getBytes(StandardCharsets.UTF_8)));
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void serve(Answer answer) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        open.add(socket);
        readRequest(socket.getInputStream());
        answer.to(socket.getOutputStream());
        socket.getOutputStream().flush();
        if (reset) {
          socket.setSoLinger(true, 0);
        }
      } catch (Exception e) {
        // The client or the test went away.
      }
    }
  }

  /** Returns whether there was one. */
  static boolean readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return false;
      }
      head.append((char) c);
    }
    int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length:");
    if (at >= 0) {
      in.readNBytes(Integer.parseInt(head.substring(at + 15, head.indexOf("\r\n", at)).strip()));
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
