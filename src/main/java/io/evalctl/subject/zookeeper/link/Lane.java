package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The state of one {@link Link}: its conditions and the flows that share it. It decides when data
 * may enter and when it reaches the far end. Confined to the loop's thread.
 *
 * <p>A rate cap is kept by virtual scheduling (ITU-T I.371, annex A, the form of the token bucket
 * that keeps a theoretical time instead of a count): each piece of data occupies the link for its
 * size over the rate, after the piece before it, whichever connection that came from.
 */
final class Lane {
  /** Data a capped link takes in ahead of sending it, as time at its rate, like tc-tbf's limit. */
  private static final long MAX_BACKLOG_NANOS = 200_000_000;

  private static final int MAX_PIECE = 64 * 1024;

  /** One Ethernet frame; pieces of a capped link are not cut smaller. */
  private static final int MIN_PIECE = 1500;

  /** What a delayed link holds of one connection, so that the delay does not limit the rate. */
  private static final long DELAYED_BYTES = 4 * 1024 * 1024;

  private final RandomGenerator random;
  private final Set<Flow> flows = new LinkedHashSet<>();
  private LinkConditions conditions = LinkConditions.OPEN;
  private long freeAt;

  Lane(RandomGenerator random) {
    this.random = random;
  }

  LinkConditions conditions() {
    return conditions;
  }

  /** To be followed by {@link #conditionsChanged}, once all lanes that change have theirs. */
  void conditions(LinkConditions changed) {
    conditions = changed;
  }

  /** Data that is under way arrives no later than if it were sent now. */
  void conditionsChanged(long now) {
    freeAt = now;
    List.copyOf(flows).forEach(flow -> flow.conditionsChanged(now));
  }

  void add(Flow flow) {
    flows.add(flow);
  }

  void remove(Flow flow) {
    flows.remove(flow);
  }

  boolean cut() {
    return conditions.cut();
  }

  /** The most bytes to take from a connection at a time. */
  int pieceBytes() {
    return conditions.capped()
        ? (int) Math.min(MAX_PIECE, Math.max(MIN_PIECE, conditions.bytesPerSecond() / 100))
        : MAX_PIECE;
  }

  /** The most bytes to hold of one connection. */
  long queueBytes() {
    return conditions.delayed() ? DELAYED_BYTES : MAX_PIECE;
  }

  /** How long from now the link takes in nothing, because too much waits to be sent; or 0. */
  long busyNanos(long now) {
    return conditions.capped() ? Math.max(0, freeAt - now - MAX_BACKLOG_NANOS) : 0;
  }

  /** Takes in data now and returns when it reaches the far end. */
  long admit(int bytes, long now) {
    long sentAt = now;
    if (conditions.capped()) {
      long start = freeAt - now > 0 ? freeAt : now;
      freeAt = start + bytes * 1_000_000_000L / conditions.bytesPerSecond();
      sentAt = freeAt;
    }
    return sentAt + delayNanos();
  }

  /** The latest time at which data that was taken in earlier may still arrive. */
  long latest(long now) {
    return now + conditions.maxDelay().toNanos();
  }

  private long delayNanos() {
    long min = conditions.minDelay().toNanos();
    long max = conditions.maxDelay().toNanos();
    return min == max ? min : random.nextLong(min, max + 1);
  }
}
