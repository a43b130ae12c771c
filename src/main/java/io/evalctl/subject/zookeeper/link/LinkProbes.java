package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures links from outside. For each pair of links it holds both ends of an ordinary TCP
 * connection that crosses them as every other connection does, so it meets what the others meet,
 * and it sees each direction by itself: what is sent at one end is looked for at the other.
 *
 * <p>The connections are to be opened before a fault, with {@link #connect}: as any other, they
 * cannot be made across a cut. Not thread-safe. It has no thread of its own.
 */
public final class LinkProbes implements AutoCloseable {
  /** The shortest message. */
  public static final int SHORT = Long.BYTES;

  private final LinkFabric links;
  private final TimeSource time;
  private final Selector selector;
  private final List<LinkProbe> probes = new ArrayList<>();
  private long lastNumber;

  public LinkProbes(LinkFabric links, TimeSource time) {
    this.links = links;
    this.time = time;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.SUBJECT_START, "cannot open a selector for the probes", null, e);
    }
  }

  /**
   * Connects where there is no connection.
   *
   * @return whether all of these can be measured now
   */
  public boolean connect(Collection<Link> directions, Deadline deadline) {
    boolean all = true;
    for (Link direction : directions) {
      all &= connected(direction, deadline);
    }
    return all;
  }

  /**
   * Sends a message each way that is asked for, all at the same time, and waits until all have
   * arrived or the time is over.
   *
   * @param bytes length of each message, from {@link #SHORT}, rounded down to a multiple of it
   * @param patience how long to wait at most
   */
  public Map<Link, Crossing> cross(Collection<Link> directions, int bytes, Duration patience) {
    connect(directions, Deadline.in(patience, time));
    Deadline deadline = Deadline.in(patience, time);
    long number = ++lastNumber;
    Map<Link, Deadline> underWay = new LinkedHashMap<>();
    Map<Link, Crossing> crossings = new LinkedHashMap<>();
    for (Link direction : directions) {
      Deadline started = Deadline.in(patience, time);
      if (sent(direction, number, bytes - bytes % SHORT)) {
        underWay.put(direction, started);
      } else {
        crossings.put(direction, new Crossing(Crossing.Outcome.BROKEN, Duration.ZERO));
      }
    }
    while (!underWay.isEmpty() && !deadline.expired()) {
      select(deadline);
      underWay
          .entrySet()
          .removeIf(
              entry -> {
                LinkProbe probe = probe(entry.getKey());
                if (probe.received(entry.getKey(), number)) {
                  crossings.put(
                      entry.getKey(),
                      new Crossing(Crossing.Outcome.ARRIVED, entry.getValue().elapsed()));
                } else if (!probe.connected()) {
                  crossings.put(
                      entry.getKey(),
                      new Crossing(Crossing.Outcome.BROKEN, entry.getValue().elapsed()));
                }
                return crossings.containsKey(entry.getKey());
              });
    }
    underWay.forEach(
        (direction, started) ->
            crossings.put(direction, new Crossing(Crossing.Outcome.SILENT, started.elapsed())));
    return crossings;
  }

  /**
   * Watches connections for as long as it takes to see all of them reset, and no longer than that.
   *
   * @return whose connection was reset, be it an old one or one opened for this
   */
  public Set<Link> resets(Collection<Link> directions, Duration patience) {
    Deadline deadline = Deadline.in(patience, time);
    Set<Link> reset = new HashSet<>();
    for (Link direction : directions) {
      try {
        probe(direction).connect(++lastNumber, deadline);
      } catch (SocketException e) {
        reset.add(direction);
      } catch (IOException e) {
        // No connection, and no reset either.
      }
    }
    Set<Link> watched = new HashSet<>(directions);
    watched.removeIf(direction -> !probe(direction).connected());
    while (!watched.isEmpty() && !deadline.expired()) {
      select(deadline);
      for (Link direction : watched) {
        if (!probe(direction).connected()) {
          reset.add(direction);
        }
      }
      watched.removeAll(reset);
    }
    return reset;
  }

  @Override
  public void close() {
    probes.forEach(LinkProbe::close);
    try {
      selector.close();
    } catch (IOException e) {
      // It holds nothing that could be lost.
    }
  }

  private LinkProbe probe(Link direction) {
    for (LinkProbe probe : probes) {
      if (probe.crosses(direction)) {
        return probe;
      }
    }
    LinkProbe added = new LinkProbe(links, direction, selector);
    probes.add(added);
    return added;
  }

  private boolean connected(Link direction, Deadline deadline) {
    try {
      probe(direction).connect(++lastNumber, deadline);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean sent(Link direction, long number, int bytes) {
    LinkProbe probe = probe(direction);
    if (!probe.connected()) {
      return false;
    }
    try {
      probe.send(direction, number, bytes);
      return true;
    } catch (IOException e) {
      probe.disconnect();
      return false;
    }
  }

  private void select(Deadline deadline) {
    try {
      selector.select(LinkProbes::advance, Math.max(1, deadline.remaining().toMillis()));
    } catch (IOException e) {
      throw new EvalctlException(ErrorCode.INTERNAL_ERROR, "cannot watch the probes", null, e);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw EvalctlException.interrupted("watching the probes");
    }
  }

  private static void advance(SelectionKey key) {
    LinkProbe probe = (LinkProbe) key.attachment();
    try {
      if (probe.connected()) {
        probe.advance();
      }
    } catch (IOException e) {
      probe.disconnect();
    }
  }
}
