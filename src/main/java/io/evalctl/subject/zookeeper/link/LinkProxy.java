package io.evalctl.subject.zookeeper.link;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port on which one node reaches one port of another. Confined to the loop's thread, but for
 * its opening.
 */
final class LinkProxy implements ProxyLoop.Ready {
  private static final Logger LOG = LoggerFactory.getLogger(LinkProxy.class);

  /** How long to leave callers waiting when the process has no file descriptors left. */
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  /** Small, so that little gathers unseen before a link that is slow; see tcp(7). */
  private static final int RECEIVE_BUFFER = 128 * 1024;

  private final ProxyLoop loop;
  private final Lane there;
  private final Lane back;
  private final DialTarget target;
  private final RandomGenerator random;
  private final ServerSocketChannel server;
  private SelectionKey key;

  /** Opens the port. Nothing is accepted until {@link #start}. */
  LinkProxy(ProxyLoop loop, Lane there, Lane back, DialTarget target, RandomGenerator random) {
    this.loop = loop;
    this.there = there;
    this.back = back;
    this.target = target;
    this.random = random;
    try {
      server = ServerSocketChannel.open();
      server.configureBlocking(false);
      server.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.PORT_TAKEN, "cannot open a loopback port for a link", null, e);
    }
  }

  void start() {
    try {
      key = loop.register(server, SelectionKey.OP_ACCEPT, this);
    } catch (ClosedChannelException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.socket().getLocalPort();
  }

  @Override
  public void ready(int operations) {
    try {
      SocketChannel accepted = server.accept();
      if (accepted != null) {
        new ProxiedConnection(loop, there, back, accepted, target).start(random);
      }
    } catch (IOException e) {
      LOG.warn("cannot accept a connection on a link", e);
      key.interestOps(0);
      loop.at(loop.now() + ACCEPT_PAUSE.toNanos(), () -> key.interestOps(SelectionKey.OP_ACCEPT));
    }
  }
}
