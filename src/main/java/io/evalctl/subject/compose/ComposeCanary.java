package io.evalctl.subject.compose;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.question.Answer;
import io.evalctl.question.Question;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryListener;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Kind;
import io.evalctl.subject.CanaryOperation.Result;
import io.evalctl.subject.LedgerCheck;
import io.evalctl.subject.compose.SubjectDefinition.CanaryDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A canary made of the requests, or the programs, that the subject file gives. Operations go in
 * turn to the nodes that serve, as a client would that knows them all, so that the measure is of
 * the whole; one that a node refuses goes to the next.
 */
final class ComposeCanary implements Canary {
  private static final Duration START_LIMIT = Duration.ofSeconds(5);

  private final CanaryDefinition definition;
  private final List<String> allNodes;
  private final Supplier<? extends Collection<String>> serving;
  private final Supplier<Optional<String>> leader;
  private final Asker asker;
  private final CanaryListener listener;
  private final TimeSource time;
  private final String prefix =
      "evalctl-canary/" + UUID.randomUUID().toString().substring(0, 8) + "/";
  private final String marker = prefix + "marker";
  private final CanaryLedger ledger = new CanaryLedger(prefix);
  private final AtomicInteger pending = new AtomicInteger();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "evalctl-canary");
            thread.setDaemon(true);
            return thread;
          });
  private ScheduledFuture<?> slots;
  private long startNanos;
  private long nextSlot;
  private int turn;

  /**
   * @param allNodes every node of the subject
   * @param serving those that serve just now
   * @param leader the one that leads just now
   */
  ComposeCanary(
      CanaryDefinition definition,
      List<String> allNodes,
      Supplier<? extends Collection<String>> serving,
      Supplier<Optional<String>> leader,
      Asker asker,
      CanaryListener listener,
      TimeSource time) {
    this.definition = definition;
    this.allNodes = allNodes;
    this.serving = serving;
    this.leader = leader;
    this.asker = asker;
    this.listener = listener;
    this.time = time;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Writes the key that will be read all the time.
   *
   * @throws EvalctlException SUBJECT_UNHEALTHY when it cannot be written in a few seconds
   */
  @Override
  public void start() {
    String[] failure = {nobody(definition.writesAtLeader())};
    if (!Waiter.reached(
        "the canary's first write",
        Deadline.in(START_LIMIT, time),
        Duration.ofMillis(50),
        () -> writeMarker(failure))) {
      throw new EvalctlException(
          ErrorCode.SUBJECT_UNHEALTHY,
          "the canary cannot begin: its first write gets " + failure[0],
          "is the canary's write in the subject file right?");
    }
    startNanos = time.nanoTime();
    slots =
        timer.scheduleAtFixedRate(
            this::nextSlot, 0, definition.period().toNanos(), TimeUnit.NANOSECONDS);
  }

  private boolean writeMarker(String[] failure) {
    for (String node : usable(definition.writesAtLeader())) {
      Map<String, String> variables = CanaryReadBack.variables(node, marker);
      Answer answer =
          asker.ask(node, definition.write().ask(), variables, definition.timeout()).join();
      failure[0] = definition.write().failure(answer, variables).orElse("");
      if (failure[0].isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void nextSlot() {
    long slot = nextSlot++;
    // Open loop: due by the plan, even when this thread is late.
    long due = startNanos + slot * definition.period().toNanos();
    issue(Kind.WRITE, slot, due);
    issue(Kind.READ, slot, due);
  }

  private void issue(Kind kind, long slot, long due) {
    pending.incrementAndGet();
    try {
      attempt(kind, slot, due, usable(atLeader(kind)));
    } catch (RuntimeException e) {
      tell(kind, slot, due, Result.FAIL, "cannot be asked: " + e);
    }
  }

  /** Asks the first of these nodes, and the next when that one refuses. */
  private void attempt(Kind kind, long slot, long due, List<String> nodes) {
    long left = due + definition.timeout().toNanos() - time.nanoTime();
    if (nodes.isEmpty() || left <= 0) {
      tell(
          kind,
          slot,
          due,
          Result.FAIL,
          nodes.isEmpty() ? nobody(atLeader(kind)) : "not sent in time");
      return;
    }
    String node = nodes.get(0);
    String key = kind == Kind.WRITE ? ledger.key(slot) : marker;
    Map<String, String> variables = CanaryReadBack.variables(node, key);
    Question question = kind == Kind.WRITE ? definition.write() : definition.read().question();
    CompletableFuture<Answer> asked =
        asker.ask(node, question.ask(), variables, Duration.ofNanos(left));
    asked
        .thenAccept(
            answer -> {
              if (answer instanceof Answer.Refused && nodes.size() > 1) {
                attempt(kind, slot, due, nodes.subList(1, nodes.size()));
              } else if (kind == Kind.WRITE) {
                written(slot, due, answer, variables);
              } else {
                read(slot, due, answer, variables);
              }
            })
        .exceptionally(
            error -> {
              tell(kind, slot, due, unclear(kind), "given up");
              return null;
            });
  }

  private void written(long slot, long due, Answer answer, Map<String, String> variables) {
    String failure = definition.write().failure(answer, variables).orElse("");
    if (failure.isEmpty()) {
      ledger.acknowledge(slot);
      tell(Kind.WRITE, slot, due, Result.OK, "");
    } else {
      tell(Kind.WRITE, slot, due, refused(answer) ? Result.FAIL : Result.UNKNOWN, failure);
    }
  }

  /** Whether a write had certainly no effect: nobody was there, or the request was turned down. */
  private static boolean refused(Answer answer) {
    return answer instanceof Answer.Refused
        || (answer instanceof Answer.Given given && given.status() >= 400 && given.status() < 500);
  }

  private void read(long slot, long due, Answer answer, Map<String, String> variables) {
    String failure = definition.read().question().failure(answer, variables).orElse("");
    if (failure.isEmpty()
        && !CanaryReadBack.valueIn(definition.read(), answer, variables)
            .equals(Optional.of(CanaryLedger.value(marker)))) {
      failure = "not the value that was written";
    }
    tell(Kind.READ, slot, due, failure.isEmpty() ? Result.OK : Result.FAIL, failure);
  }

  private boolean atLeader(Kind kind) {
    return kind == Kind.WRITE ? definition.writesAtLeader() : definition.readsAtLeader();
  }

  private static String nobody(boolean atLeader) {
    return atLeader ? "no node leads" : "no node serves";
  }

  private static Result unclear(Kind kind) {
    return kind == Kind.WRITE ? Result.UNKNOWN : Result.FAIL;
  }

  private void tell(Kind kind, long slot, long due, Result result, String error) {
    pending.decrementAndGet();
    listener.completed(new CanaryOperation(kind, slot, due, time.nanoTime(), result, error));
  }

  /** The nodes that serve, beginning with the next in turn. Used by one thread at a time. */
  private List<String> usable(boolean atLeader) {
    if (atLeader) {
      return leader.get().stream().toList();
    }
    Collection<String> now = serving.get();
    List<String> nodes = new ArrayList<>();
    int size = definition.nodes().size();
    turn = (turn + 1) % size;
    for (int i = 0; i < size; i++) {
      String node = definition.nodes().get((turn + i) % size);
      if (now.contains(node)) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  @Override
  public void stop(Deadline deadline) {
    if (slots != null) {
      slots.cancel(false);
    }
    Waiter.reached(
        "the canary's last operations", deadline, Duration.ofMillis(5), () -> pending.get() == 0);
  }

  @Override
  public LedgerCheck verify(Deadline deadline) {
    CanaryReadBack readBack = new CanaryReadBack(definition, asker);
    List<String> keys = ledger.keys();
    Map<String, Map<String, String>> contents = new LinkedHashMap<>();
    Collection<String> now = serving.get();
    for (String node : definition.nodes()) {
      if (now.contains(node)) {
        readBack.read(node, prefix, keys, deadline).ifPresent(it -> contents.put(node, it));
      }
    }
    return ledger.check(allNodes, definition.nodes().size(), contents);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
