package io.evalctl.subject.zookeeper;

import io.evalctl.clock.Deadline;
import io.evalctl.error.EvalctlException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;

/** Reads all of a canary's keys as each node has them. Stateless. */
final class CanaryReader {
  private CanaryReader() {}

  /**
   * Reads from several nodes at the same time.
   *
   * @param ports the nodes' own ports
   * @return keys and values for each node that could be read by the deadline
   */
  static Map<String, SortedMap<String, String>> read(
      Map<String, Integer> ports, Deadline deadline) {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "evalctl-canary-reader");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Map<String, Future<Optional<SortedMap<String, String>>>> readings = new LinkedHashMap<>();
      ports.forEach(
          (node, port) -> readings.put(node, threads.submit(() -> readOne(port, deadline))));
      Map<String, SortedMap<String, String>> contents = new LinkedHashMap<>();
      readings.forEach(
          (node, reading) -> result(reading, deadline).ifPresent(it -> contents.put(node, it)));
      return contents;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Optional<SortedMap<String, String>> result(
      Future<Optional<SortedMap<String, String>>> reading, Deadline deadline) {
    try {
      return reading.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("reading the canary's keys");
    }
  }

  private static Optional<SortedMap<String, String>> readOne(int port, Deadline deadline)
      throws InterruptedException {
    try (NodeClient client = new NodeClient(port)) {
      return client.awaitConnected(deadline)
          ? readAll(client.zooKeeper(), deadline)
          : Optional.empty();
    }
  }

  private static Optional<SortedMap<String, String>> readAll(ZooKeeper zooKeeper, Deadline deadline)
      throws InterruptedException {
    SortedMap<String, String> content = new ConcurrentSkipListMap<>();
    List<String> names;
    try {
      // What the leader has committed by now is then here as well.
      zooKeeper.sync(CanaryKeys.ROOT);
      names = zooKeeper.getChildren(CanaryKeys.ROOT, false);
    } catch (KeeperException.NoNodeException e) {
      return Optional.of(content);
    } catch (KeeperException e) {
      return Optional.empty();
    }
    AtomicBoolean failed = new AtomicBoolean();
    CountDownLatch left = new CountDownLatch(names.size());
    for (String name : names) {
      zooKeeper.getData(
          CanaryKeys.ROOT + "/" + name,
          false,
          (code, path, context, data, stat) -> {
            if (code == Code.OK.intValue()) {
              content.put(name, data == null ? "" : new String(data, StandardCharsets.ISO_8859_1));
            } else if (code != Code.NONODE.intValue()) {
              failed.set(true);
            }
            left.countDown();
          },
          null);
    }
    boolean complete = left.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    return complete && !failed.get() ? Optional.of(content) : Optional.empty();
  }
}
