package io.evalctl.subject.zookeeper.link;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One end of a probe's connection. It sends numbers, each after as many zero bytes as make the
 * message long enough, and remembers the last number that came from the other end.
 */
final class ProbeEnd {
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer incoming = ByteBuffer.allocate(16 * 1024);
  private ByteBuffer outgoing = ByteBuffer.allocate(0);
  private long lastReceived;

  ProbeEnd(SocketChannel channel, Selector selector, LinkProbe probe) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    key = channel.register(selector, SelectionKey.OP_READ, probe);
  }

  /**
   * @param bytes length of the message, a multiple of 8
   */
  void send(long number, int bytes) throws IOException {
    if (outgoing.hasRemaining()) {
      throw new IOException("the message before is still on its way");
    }
    outgoing = ByteBuffer.allocate(bytes).putLong(bytes - Long.BYTES, number);
    advance();
  }

  /** Sends and receives what it can without waiting. */
  void advance() throws IOException {
    channel.write(outgoing);
    key.interestOps(
        outgoing.hasRemaining()
            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
            : SelectionKey.OP_READ);
    int count = channel.read(incoming);
    while (count > 0) {
      incoming.flip();
      while (incoming.remaining() >= Long.BYTES) {
        lastReceived = Math.max(lastReceived, incoming.getLong());
      }
      incoming.compact();
      count = channel.read(incoming);
    }
    if (count < 0) {
      throw new EOFException("closed by the other end");
    }
  }

  long lastReceived() {
    return lastReceived;
  }

  void close() throws IOException {
    channel.close();
  }
}
