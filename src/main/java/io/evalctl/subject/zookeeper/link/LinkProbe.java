package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The connection of {@link LinkProbes} across one pair of links, and where it ends. */
final class LinkProbe {
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
      SocketChannel accepted = accept(number, deadline);
      near = new ProbeEnd(opened, selector, this);
      far = new ProbeEnd(accepted, selector, this);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /** One that was given up earlier may come first: the right one begins with the number. */
  private SocketChannel accept(long number, Deadline deadline) throws IOException {
    while (true) {
      listener.socket().setSoTimeout(millis(deadline));
      Socket accepted = listener.socket().accept();
      try {
        accepted.setSoTimeout(millis(deadline));
        byte[] first = accepted.getInputStream().readNBytes(Long.BYTES);
        if (first.length == Long.BYTES && ByteBuffer.wrap(first).getLong() == number) {
          return accepted.getChannel();
        }
        accepted.close();
      } catch (IOException e) {
        accepted.close();
        throw e;
      }
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
