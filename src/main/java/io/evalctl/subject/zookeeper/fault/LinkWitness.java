package io.evalctl.subject.zookeeper.fault;

import io.evalctl.chaos.Link;
import io.evalctl.subject.zookeeper.link.Crossing;
import io.evalctl.subject.zookeeper.link.LinkProbes;
import io.evalctl.subject.zookeeper.link.ProxiedLinks;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tells by measurement alone whether links are as a fault makes them. Not thread-safe.
 *
 * @param all every link there is
 */
record LinkWitness(LinkProbes probes, Set<Link> all) {
  /**
   * What crosses an open link in well under a millisecond has this long before it counts as lost.
   */
  private static final Duration SILENCE = Duration.ofMillis(50);

  /** For a machine that is busy. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  /** How long a message of a rate measurement takes under the cap. */
  private static final Duration RATE_WINDOW = Duration.ofMillis(250);

  private static final int MAX_MESSAGE = 256 * 1024;

  /** A capped link may carry much else. */
  private static final Duration RATE_LIMIT = Duration.ofSeconds(5);

  boolean sees(LinkFault fault) {
    return switch (fault.effect()) {
      case DELAY ->
          every(
              fault.links(),
              LinkProbes.SHORT,
              fault.maxDelay().plus(SLACK),
              crossing -> crossing.time().compareTo(fault.minDelay()) >= 0);
      case CAP ->
          every(
              fault.links(),
              message(fault),
              RATE_LIMIT,
              crossing -> crossing.time().compareTo(timeUnderCap(fault)) >= 0);
      case RESET ->
          probes
              .resets(fault.links(), ProxiedLinks.RESET_AFTER.plus(SLACK))
              .containsAll(fault.links());
      case CUT -> partitionIsThere(fault);
    };
  }

  /** Only what is cut is silent: a machine that stands still is not a partition. */
  private boolean partitionIsThere(LinkFault fault) {
    Map<Link, Crossing> crossings = probes.cross(all, LinkProbes.SHORT, SILENCE);
    return crossings.entrySet().stream()
        .allMatch(
            entry ->
                fault.links().contains(entry.getKey())
                    ? entry.getValue().silent()
                    : entry.getValue().arrived());
  }

  boolean seesTheEndOf(LinkFault fault) {
    return switch (fault.effect()) {
      case DELAY ->
          every(
              fault.links(),
              LinkProbes.SHORT,
              fault.maxDelay().plus(SLACK),
              crossing -> crossing.time().compareTo(fault.minDelay()) < 0);
      case CAP ->
          every(
              fault.links(),
              message(fault),
              RATE_LIMIT,
              crossing -> crossing.time().compareTo(timeUnderCap(fault)) < 0);
      case RESET ->
          probes.resets(fault.links(), ProxiedLinks.RESET_AFTER.plus(SILENCE)).isEmpty()
              && every(fault.links(), LinkProbes.SHORT, SLACK, Crossing::arrived);
      case CUT -> every(all, LinkProbes.SHORT, SLACK, Crossing::arrived);
    };
  }

  private boolean every(
      Collection<Link> links, int bytes, Duration patience, Predicate<Crossing> as) {
    return probes.cross(links, bytes, patience).values().stream()
        .allMatch(crossing -> crossing.arrived() && as.test(crossing));
  }

  private static int message(LinkFault fault) {
    long bytes = fault.bytesPerSecond() * RATE_WINDOW.toMillis() / 1000;
    return (int) Math.min(MAX_MESSAGE, bytes - bytes % LinkProbes.SHORT);
  }

  private static Duration timeUnderCap(LinkFault fault) {
    return Duration.ofNanos(message(fault) * 1_000_000_000L / fault.bytesPerSecond());
  }
}
