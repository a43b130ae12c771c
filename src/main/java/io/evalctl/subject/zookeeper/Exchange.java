package io.evalctl.subject.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One four-letter word sent to a server, and its answer: connect, send, read to the end. Never
 * blocks; the selector's owner calls {@link #advance} when its key is ready. Not thread-safe.
 */
final class Exchange implements AutoCloseable {
  /** How far it has got. */
  enum State {
    PENDING,
    /** The whole answer is there. */
    ANSWERED,
    /** Nobody listens on the port. */
    REFUSED,
    /** There was a connection, but it broke before there was an answer. */
    BROKEN
  }

  private static final int MAX_ANSWER = 1 << 20;

  private final SocketChannel channel;
  private final ByteBuffer request;
  private ByteBuffer answer = ByteBuffer.allocate(1024);
  private SelectionKey key;
  private State state = State.PENDING;

  private Exchange(SocketChannel channel, String word) {
    this.channel = channel;
    this.request = ByteBuffer.wrap(word.getBytes(StandardCharsets.US_ASCII));
  }

  /** Begins one with a server on 127.0.0.1. It is the attachment of its selection key. */
  static Exchange begin(Selector selector, int port, String word) {
    try {
      Exchange exchange = new Exchange(SocketChannel.open(), word);
      exchange.connect(selector, port);
      return exchange;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void connect(Selector selector, int port) throws IOException {
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    try {
      if (channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        send();
      }
    } catch (IOException e) {
      end(State.REFUSED);
    }
  }

  /** Goes as far as it can without waiting. */
  void advance() {
    try {
      if (channel.isConnectionPending()) {
        if (!channel.finishConnect()) {
          return;
        }
      }
    } catch (IOException e) {
      end(State.REFUSED);
      return;
    }
    try {
      if (request.hasRemaining()) {
        send();
      } else {
        receive();
      }
    } catch (IOException e) {
      end(State.BROKEN);
    }
  }

  private void send() throws IOException {
    channel.write(request);
    key.interestOps(request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  private void receive() throws IOException {
    while (true) {
      int count = channel.read(answer);
      if (count < 0) {
        end(answer.position() > 0 ? State.ANSWERED : State.BROKEN);
        return;
      }
      if (count == 0 && answer.hasRemaining()) {
        return;
      }
      if (!answer.hasRemaining()) {
        if (answer.capacity() >= MAX_ANSWER) {
          throw new IOException("the answer has no end");
        }
        answer = ByteBuffer.allocate(answer.capacity() * 2).put(answer.flip());
      }
    }
  }

  State state() {
    return state;
  }

  /** What came back, once it is {@link State#ANSWERED}. */
  String answer() {
    return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
  }

  private void end(State last) {
    state = last;
    close();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is lost with it
    }
  }
}
