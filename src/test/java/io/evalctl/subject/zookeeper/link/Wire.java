package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A listener at the far end of a link, and plain sockets to talk across it. */
final class Wire implements Closeable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Long enough for a byte to cross an open link even on a busy machine, short enough to wait. */
  private static final Duration SILENCE = Duration.ofMillis(150);

  final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final LinkFabric links;
  private final Link link;

  Wire(LinkFabric links, Link link) throws IOException {
    this.links = links;
    this.link = link;
    listener.setSoTimeout((int) PATIENCE.toMillis());
  }

  int port() {
    return links.port(link.from(), link.to(), listener.getLocalPort());
  }

  Socket dial() throws IOException {
    return dial(port());
  }

  static Socket dial(int port) throws IOException {
    return patient(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  Socket accept() throws IOException {
    return patient(listener.accept());
  }

  boolean nobodyCalls() throws IOException {
    listener.setSoTimeout((int) SILENCE.toMillis());
    try {
      listener.accept().close();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      listener.setSoTimeout((int) PATIENCE.toMillis());
    }
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads as many characters as the text has. */
  static String hear(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
  }

  static boolean silent(Socket socket) throws IOException {
    socket.setSoTimeout((int) SILENCE.toMillis());
    try {
      socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      patient(socket);
    }
  }

  static void hangUp(Socket socket) throws IOException {
    socket.close();
  }

  /** Closes with RST. */
  static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Waits until the socket is reset. */
  static boolean isReset(Socket socket) {
    return Waiter.reached(
        "a reset",
        Deadline.in(PATIENCE, TimeSource.system()),
        Duration.ZERO,
        () -> {
          try {
            if (socket.getInputStream().read() < 0) {
              throw new IllegalStateException("closed in order");
            }
            return false;
          } catch (SocketTimeoutException e) {
            return false;
          } catch (IOException e) {
            return e.getMessage().contains("reset");
          }
        });
  }

  private static Socket patient(Socket socket) {
    try {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
