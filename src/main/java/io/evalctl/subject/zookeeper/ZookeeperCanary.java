package io.evalctl.subject.zookeeper;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryListener;
import io.evalctl.subject.CanaryOperation.Kind;
import io.evalctl.subject.LedgerCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * A canary made of ZooKeeper's own client, one session for each node. Operations go to the sessions
 * that are connected in turn, so that the measure is of the ensemble, and not of the one node that
 * a client happens to hang on.
 */
final class ZookeeperCanary implements Canary {
  /** One write and one read in each. */
  static final Duration PERIOD = Duration.ofMillis(50);

  /** An operation without an answer by then is given up. */
  static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final List<CanarySession> sessions;
  private final Map<String, Integer> nodePorts;
  private final Duration period;
  private final CanaryListener listener;
  private final TimeSource time;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<PendingOperation> pending = ConcurrentHashMap.newKeySet();
  private final Ledger ledger = new Ledger();
  private ScheduledFuture<?> slots;
  private long startNanos;
  private long nextSlot;
  private int turn;

  /**
   * @param clientPorts where clients reach each node
   * @param nodePorts each node's own port, past all links
   * @param period a write and a read in each
   */
  ZookeeperCanary(
      Map<String, Integer> clientPorts,
      Map<String, Integer> nodePorts,
      Duration period,
      CanaryListener listener,
      TimeSource time) {
    this.nodePorts = nodePorts;
    this.period = period;
    this.listener = listener;
    this.time = time;
    this.sessions =
        clientPorts.entrySet().stream()
            .map(entry -> new CanarySession(entry.getKey(), entry.getValue(), time))
            .toList();
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "evalctl-canary");
              thread.setDaemon(true);
              return thread;
            });
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits until every session is connected, or a few seconds for some.
   *
   * @throws EvalctlException SUBJECT_UNHEALTHY when nothing can be connected to or written
   */
  @Override
  public void start() {
    sessions.forEach(CanarySession::start);
    Waiter.reached(
        "the canary's sessions",
        Deadline.in(CONNECT_LIMIT, time),
        Duration.ofMillis(5),
        () -> sessions.stream().allMatch(session -> session.connected().isPresent()));
    prepareRoot();
    startNanos = time.nanoTime();
    slots = timer.scheduleAtFixedRate(this::nextSlot, 0, period.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void prepareRoot() {
    ZooKeeper zooKeeper =
        nextConnected().orElseThrow(() -> unusable("no node can be connected to", null));
    try {
      if (zooKeeper.exists(CanaryKeys.ROOT, false) != null) {
        ZKUtil.deleteRecursive(zooKeeper, CanaryKeys.ROOT, 100);
      }
      zooKeeper.create(CanaryKeys.ROOT, null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException e) {
      throw unusable(e.getMessage(), e);
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("preparing the canary");
    }
  }

  private static EvalctlException unusable(String why, Exception cause) {
    return new EvalctlException(
        ErrorCode.SUBJECT_UNHEALTHY,
        "the canary cannot begin: " + why,
        "a canary begins when the ensemble is healthy",
        cause);
  }

  private void nextSlot() {
    long slot = nextSlot++;
    // Open loop: due by the plan, even when this thread is late.
    long due = startNanos + slot * period.toNanos();
    issue(new PendingOperation(Kind.WRITE, slot, due, listener), due);
    issue(new PendingOperation(Kind.READ, slot, due, listener), due);
  }

  private void issue(PendingOperation operation, long due) {
    Optional<ZooKeeper> target = nextConnected();
    if (target.isEmpty()) {
      operation.notSent(time.nanoTime());
      return;
    }
    pending.add(operation);
    long limit = due + ANSWER_LIMIT.toNanos() - time.nanoTime();
    timer.schedule(() -> expire(operation), limit, TimeUnit.NANOSECONDS);
    switch (operation.kind()) {
      case WRITE -> write(target.get(), operation);
      case READ -> read(target.get(), operation);
    }
  }

  private void write(ZooKeeper target, PendingOperation operation) {
    target.create(
        CanaryKeys.path(operation.slot()),
        CanaryKeys.value(operation.slot()).getBytes(StandardCharsets.ISO_8859_1),
        Ids.OPEN_ACL_UNSAFE,
        CreateMode.PERSISTENT,
        (code, path, context, name) -> {
          if (code == Code.OK.intValue()) {
            // However late: what was acknowledged must be there.
            ledger.acknowledge(operation.slot());
          }
          answer(operation, code);
        },
        null);
  }

  private void read(ZooKeeper target, PendingOperation operation) {
    target.getData(
        CanaryKeys.ROOT, false, (code, path, context, data, stat) -> answer(operation, code), null);
  }

  private void answer(PendingOperation operation, int code) {
    operation.answered(code, time.nanoTime());
    pending.remove(operation);
  }

  private void expire(PendingOperation operation) {
    operation.expired(time.nanoTime());
    pending.remove(operation);
  }

  /** The next session in turn that is connected. Used by one thread at a time. */
  private Optional<ZooKeeper> nextConnected() {
    for (int tried = 0; tried < sessions.size(); tried++) {
      turn = (turn + 1) % sessions.size();
      Optional<ZooKeeper> client = sessions.get(turn).connected();
      if (client.isPresent()) {
        return client;
      }
    }
    return Optional.empty();
  }

  @Override
  public void stop(Deadline deadline) {
    if (slots != null) {
      slots.cancel(false);
    }
    Waiter.reached(
        "the canary's last operations",
        deadline,
        Duration.ofMillis(5),
        () -> timer.getActiveCount() == 0 && pending.isEmpty());
  }

  @Override
  public LedgerCheck verify(Deadline deadline) {
    Set<String> serving = ServerStatus.ofServing(nodePorts, ANSWER_LIMIT, time).keySet();
    Map<String, Integer> asked = new LinkedHashMap<>(nodePorts);
    asked.keySet().retainAll(serving);
    return ledger.check(nodePorts.keySet(), CanaryReader.read(asked, deadline));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    pending.forEach(this::expire);
    sessions.forEach(CanarySession::close);
    Deadline deadline = Deadline.in(CLOSE_LIMIT, time);
    sessions.forEach(session -> session.awaitEnd(deadline));
  }
}
