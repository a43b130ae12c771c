package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The connection of {@link LinkProbes} across one pair of links, and where it ends. */
final class LinkProbe {
  /** How often an end that was opened is looked at while the other is waited for. */
  private static final int LOOK_MILLIS = 20;

  private final LinkFabric links;
  private final Link link;
  private final Selector selector;
  private final ServerSocketChannel listener;
  private ProbeEnd near;
  private ProbeEnd far;

  /**
   * @param link the direction in which the connection is opened
   */
  LinkProbe(LinkFabric links, Link link, Selector selector) {
    this.links = links;
    this.link = link;
    this.selector = selector;
    try {
      listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.PORT_TAKEN, "cannot open a loopback port for a probe", null, e);
    }
  }

  boolean crosses(Link direction) {
    return direction.equals(link) || direction.equals(link.reverse());
  }

  boolean connected() {
    return far != null;
  }

  /**
   * Connects, unless it is connected.
   *
   * @param number greater than every one used before
   * @throws IOException when the links do not let it, or not in time
   */
  void connect(long number, Deadline deadline) throws IOException {
    if (connected()) {
      return;
    }
    SocketChannel opened = SocketChannel.open();
    try {
      opened
          .socket()
          .connect(
              new InetSocketAddress(
                  InetAddress.getLoopbackAddress(),
                  links.port(link.from(), link.to(), listener.socket().getLocalPort())),
              millis(deadline));
      opened.write(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
      opened.configureBlocking(false);
      SocketChannel accepted = accept(opened, number, deadline);
      near = new ProbeEnd(opened, selector, this);
      far = new ProbeEnd(accepted, selector, this);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * One that was given up earlier may come first, and have been reset: the right one begins with
   * the number. Of its own reset the end that was opened knows.
   */
  private SocketChannel accept(SocketChannel opened, long number, Deadline deadline)
      throws IOException {
    while (true) {
      try {
        listener.socket().setSoTimeout(Math.min(LOOK_MILLIS, millis(deadline)));
        Socket accepted = listener.socket().accept();
        if (begins(accepted, number, deadline)) {
          return accepted.getChannel();
        }
        accepted.close();
      } catch (SocketTimeoutException e) {
        if (deadline.expired()) {
          throw e;
        }
      }
      if (opened.read(ByteBuffer.allocate(1)) < 0) {
        throw new EOFException("closed while it was being connected");
      }
    }
  }

  private static boolean begins(Socket accepted, long number, Deadline deadline)
      throws IOException {
    try {
      accepted.setSoTimeout(millis(deadline));
      byte[] first = accepted.getInputStream().readNBytes(Long.BYTES);
      return first.length == Long.BYTES && ByteBuffer.wrap(first).getLong() == number;
    } catch (SocketTimeoutException e) {
      accepted.close();
      throw e;
    } catch (SocketException e) {
      return false;
    }
  }

  void send(Link direction, long number, int bytes) throws IOException {
    (direction.equals(link) ? near : far).send(number, bytes);
  }

  boolean received(Link direction, long number) {
    return connected() && (direction.equals(link) ? far : near).lastReceived() >= number;
  }

  void advance() throws IOException {
    near.advance();
    far.advance();
  }

  void disconnect() {
    try {
      if (near != null) {
        near.close();
      }
      if (far != null) {
        far.close();
      }
    } catch (IOException e) {
      // They hold nothing that could be lost.
    }
    near = null;
    far = null;
  }

  void close() {
    disconnect();
    try {
      listener.close();
    } catch (IOException e) {
      // It holds nothing that could be lost.
    }
  }

  private static int millis(Deadline deadline) {
    return (int) Math.max(1, deadline.remaining().toMillis());
  }
}
