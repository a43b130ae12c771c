package io.evalctl.subject.zookeeper.link;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the two sockets of a proxied connection. Confined to the loop's thread. */
final class Endpoint implements ProxyLoop.Ready {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

  private final ProxiedConnection connection;
  private final ProxyLoop loop;
  private SocketChannel channel;
  private SelectionKey key;
  private Flow incoming;
  private Flow outgoing;

  /**
   * @param channel connected or not, closed by this object
   */
  Endpoint(ProxiedConnection connection, ProxyLoop loop, SocketChannel channel) {
    this.connection = connection;
    this.loop = loop;
    this.channel = channel;
  }

  /**
   * @param incoming the flow read from here
   * @param outgoing the flow written to here
   */
  void flows(Flow incoming, Flow outgoing) {
    this.incoming = incoming;
    this.outgoing = outgoing;
  }

  void open() throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    key = loop.register(channel, 0, this);
  }

  /** Takes a new socket instead of one whose connect was refused. */
  void renew() throws IOException {
    channel.close();
    channel = SocketChannel.open();
    open();
  }

  SocketChannel channel() {
    return channel;
  }

  Flow incoming() {
    return incoming;
  }

  Flow outgoing() {
    return outgoing;
  }

  /** Waits for the connect to complete; nothing else matters until then. */
  void awaitConnect() {
    key.interestOps(SelectionKey.OP_CONNECT);
  }

  void updateInterest(long now) {
    if (key != null && key.isValid()) {
      key.interestOps(
          (incoming.wantsRead(now) ? SelectionKey.OP_READ : 0)
              | (outgoing.wantsWrite() ? SelectionKey.OP_WRITE : 0));
    }
  }

  @Override
  public void ready(int operations) {
    try {
      if ((operations & SelectionKey.OP_CONNECT) != 0) {
        connection.connectable();
      }
      if ((operations & SelectionKey.OP_WRITE) != 0) {
        outgoing.advance(loop.now());
      }
      if ((operations & SelectionKey.OP_READ) != 0) {
        incoming.read(loop.buffer());
      }
    } catch (IOException e) {
      connection.failed(this);
    }
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Closes in order: what was written still arrives. */
  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a link's socket", e);
    }
  }

  /** Closes with RST instead of FIN (SO_LINGER with time 0, see socket(7)). */
  void reset() {
    try {
      if (channel.isOpen()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      LOG.debug("resetting a link's socket", e);
    }
    close();
  }
}
