package io.evalctl.subject.zookeeper;

import io.evalctl.clock.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * A ZooKeeper client of one node that lives as long as its first connection. The library's own
 * client sleeps up to two seconds, in part at random, before it connects again; who measures the
 * servers wants none of that, and opens a new one instead. Thread-safe.
 */
final class NodeClient implements AutoCloseable {
  /** The client takes a connection for lost when two thirds of it pass without a sign of life. */
  private static final Duration SESSION_TIMEOUT = Duration.ofMillis(1500);

  private final CountDownLatch connected = new CountDownLatch(1);
  private final CountDownLatch lost = new CountDownLatch(1);
  private final OneConnection connection;
  private final ZooKeeper zooKeeper;

  /** Begins to connect to a port of 127.0.0.1. */
  NodeClient(int port) {
    ZKClientConfig configuration = new ZKClientConfig();
    configuration.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    connection = new OneConnection(address);
    try {
      zooKeeper =
          new ZooKeeper(
              "127.0.0.1:" + port,
              (int) SESSION_TIMEOUT.toMillis(),
              this::changed,
              false,
              connection,
              configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void changed(WatchedEvent event) {
    if (event.getState() == KeeperState.SyncConnected) {
      connected.countDown();
    } else {
      lost.countDown();
      connected.countDown();
    }
  }

  /** Waits until it is connected, has failed to connect, or the deadline has passed. */
  boolean awaitConnected(Deadline deadline) throws InterruptedException {
    return connected.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS) && connected();
  }

  void awaitLost() throws InterruptedException {
    lost.await();
  }

  boolean connected() {
    return connected.getCount() == 0 && lost.getCount() > 0;
  }

  ZooKeeper zooKeeper() {
    return zooKeeper;
  }

  /** Ends the session, where the server still answers; else it takes up to the session timeout. */
  @Override
  public void close() {
    connection.over.countDown();
    try {
      zooKeeper.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the address once; who asks again is held until the client closes. */
  private static final class OneConnection implements HostProvider {
    private final InetSocketAddress address;
    private final AtomicBoolean given = new AtomicBoolean();
    private final CountDownLatch over = new CountDownLatch(1);

    OneConnection(InetSocketAddress address) {
      this.address = address;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
      if (given.compareAndSet(false, true)) {
        return address;
      }
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("the only connection is over");
    }

    @Override
    public void onConnected() {
      // nothing to start over
    }

    @Override
    public boolean updateServerList(
        Collection<InetSocketAddress> servers, InetSocketAddress current) {
      return false;
    }
  }
}
