package io.evalctl.subject.zookeeper;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.ZooKeeper;

/**
 * A canary's standing connection to one node. When it breaks, a new one is made as soon as the node
 * is seen to serve again. Thread-safe.
 */
final class CanarySession implements AutoCloseable {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(25);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  private final String node;
  private final int port;
  private final TimeSource time;
  private final Thread thread;
  private volatile NodeClient client;
  private volatile boolean closed;

  /**
   * @param port where clients reach the node
   */
  CanarySession(String node, int port, TimeSource time) {
    this.node = node;
    this.port = port;
    this.time = time;
    this.thread = new Thread(this::keepConnected, "evalctl-canary-" + node);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The client, while it is connected. */
  Optional<ZooKeeper> connected() {
    return Optional.ofNullable(client).filter(NodeClient::connected).map(NodeClient::zooKeeper);
  }

  private void keepConnected() {
    try {
      while (!closed) {
        if (serves()) {
          connectOnce();
        } else {
          Waiter.pause(node + " to serve", LOOK_INTERVAL, time);
        }
      }
    } catch (EvalctlException | InterruptedException e) {
      // interrupted: closed
    }
  }

  private boolean serves() {
    return !ServerStatus.ofServing(Map.of(node, port), ANSWER_LIMIT, time).isEmpty();
  }

  private void connectOnce() throws InterruptedException {
    try (NodeClient opened = new NodeClient(port)) {
      if (opened.awaitConnected(Deadline.in(CONNECT_LIMIT, time))) {
        client = opened;
        opened.awaitLost();
      }
    } finally {
      client = null;
    }
  }

  /** Begins to end it. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** Waits until it has ended; a node that does not answer takes a while. */
  void awaitEnd(Deadline deadline) {
    try {
      thread.join(Math.max(1, deadline.remaining().toMillis()));
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("closing the canary's session with " + node);
    }
  }
}
