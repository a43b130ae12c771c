package io.evalctl.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An address on loopback for a Unix socket, which can go down and come up again. */
final class SocketRelay implements AutoCloseable {
  private final Path target;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final int port;
  private ServerSocketChannel server;

  private SocketRelay(Path target) throws IOException {
    this.target = target;
    this.server = listen(0);
    this.port = server.socket().getLocalPort();
    serve();
  }

  static SocketRelay start(Path target) throws IOException {
    return new SocketRelay(target);
  }

  String address() {
    return "tcp://127.0.0.1:" + port;
  }

  private static ServerSocketChannel listen(int port) throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private void serve() {
    ServerSocketChannel serving = server;
    daemon(
        () -> {
          while (true) {
            SocketChannel client = serving.accept();
            SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(target));
            if (!keep(serving, client, engine)) {
              client.close();
              engine.close();
              return;
            }
            daemon(() -> copy(client, engine));
            daemon(() -> copy(engine, client));
          }
        });
  }

  /** A socket that is being closed may accept one more connection. */
  private synchronized boolean keep(ServerSocketChannel by, Channel client, Channel engine) {
    return by.isOpen() && open.add(client) && open.add(engine);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // it has gone down
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void copy(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      from.close();
      to.close();
    }
  }

  /** Refuses new connections, and drops those that there are. */
  synchronized void goDown() throws IOException {
    server.close();
    for (Channel channel : open) {
      channel.close();
    }
    open.clear();
  }

  synchronized void comeUp() throws IOException {
    server = listen(port);
    serve();
  }

  @Override
  public void close() throws IOException {
    goDown();
  }
}
