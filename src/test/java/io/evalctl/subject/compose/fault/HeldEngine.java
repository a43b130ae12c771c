package io.evalctl.subject.compose.fault;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A socket that leads to the engine's, and never answers some of the requests, so that whoever sent
 * them is held at that very step until it is killed.
 */
final class HeldEngine implements AutoCloseable {
  private static final Path ENGINE = Path.of("/var/run/docker.sock");

  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, Boolean> held = new ConcurrentHashMap<>();
  private final Set<String> reached = ConcurrentHashMap.newKeySet();
  private volatile boolean open;

  HeldEngine(Path directory) throws IOException {
    socket = directory.resolve("engine.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    daemon(
        () -> {
          while (true) {
            SocketChannel client = server.accept();
            SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(ENGINE));
            AtomicBoolean silent = new AtomicBoolean();
            daemon(() -> ask(client, engine, silent));
            daemon(() -> answer(engine, client, silent));
          }
        });
  }

  String address() {
    return "unix://" + socket;
  }

  /**
   * A request that begins so is not answered.
   *
   * @param path without the version
   * @param carriedOut whether the engine gets it
   */
  void hold(String method, String path, boolean carriedOut) {
    held.put(method + " " + path, carriedOut);
  }

  /** Whether somebody is held at each. */
  boolean allReached() {
    return reached.containsAll(held.keySet());
  }

  /** Holds nobody any more. */
  void open() {
    open = true;
  }

  private void ask(SocketChannel client, SocketChannel engine, AtomicBoolean silent)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    boolean passing = true;
    while (client.read(buffer) >= 0) {
      buffer.flip();
      String request = StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
      String found = open || silent.get() ? null : match(request.replaceFirst("/v[0-9.]+/", "/"));
      if (found != null) {
        silent.set(true);
        passing = held.get(found);
        reached.add(found);
      }
      if (passing) {
        write(engine, buffer);
      }
      buffer.clear();
    }
    engine.shutdownOutput();
  }

  private String match(String request) {
    return held.keySet().stream().filter(request::startsWith).findFirst().orElse(null);
  }

  private static void answer(SocketChannel engine, SocketChannel client, AtomicBoolean silent)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (engine.read(buffer) >= 0) {
      buffer.flip();
      if (!silent.get()) {
        write(client, buffer);
      }
      buffer.clear();
    }
    client.shutdownOutput();
  }

  private static void write(SocketChannel to, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
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
                // one of the two has ended
              }
            },
            "held-engine");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
