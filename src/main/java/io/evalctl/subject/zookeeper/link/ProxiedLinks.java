package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import io.evalctl.clock.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Links made of TCP proxies on loopback, all served by one thread. What passes a link is subject to
 * its {@link LinkConditions}, which hold for a direction of data: a connection from a to b carries
 * its requests under those of a-&gt;b and its responses under those of b-&gt;a.
 *
 * <p>What is emulated is the byte stream, not the packets beneath it: a link that is cut one way
 * still delivers what is sent the other way, where a real TCP, getting no acknowledgements, would
 * stop after a window's worth.
 *
 * <p>Thread-safe. After {@link #close} no port and no thread is left.
 */
public final class ProxiedLinks implements LinkFabric {
  /** Where resets are in place, no connection gets older than this. */
  public static final Duration RESET_AFTER = Duration.ofMillis(200);

  private record Route(Link link, int targetPort) {}

  private final RandomGenerator random;
  private final TimeSource time;
  private final ProxyLoop loop;
  private final Map<Link, Lane> lanes = new HashMap<>();
  private final Map<Route, LinkProxy> proxies = new HashMap<>();
  private final Map<Link, LinkConditions> conditions = new LinkedHashMap<>();
  private LinkProbes probes;

  /**
   * @param random draws the delays; used from the links' own thread only
   */
  public ProxiedLinks(TimeSource time, RandomGenerator random) {
    this.time = time;
    this.random = random;
    this.loop = new ProxyLoop("evalctl-links", time);
  }

  @Override
  public synchronized int port(String from, String to, int targetPort) {
    return proxies.computeIfAbsent(new Route(new Link(from, to), targetPort), this::open).port();
  }

  private LinkProxy open(Route route) {
    LinkProxy proxy =
        new LinkProxy(
            loop,
            lane(route.link()),
            lane(route.link().reverse()),
            DialTarget.of(route.link(), route.targetPort()),
            random);
    loop.call(proxy::start);
    return proxy;
  }

  private Lane lane(Link link) {
    return lanes.computeIfAbsent(link, l -> new Lane(random));
  }

  /** What holds on a link now. */
  public synchronized LinkConditions conditions(Link link) {
    return conditions.getOrDefault(link, LinkConditions.OPEN);
  }

  /** Changes the given links, all at the same instant, and leaves the others as they are. */
  public synchronized void apply(Map<Link, LinkConditions> changes) {
    Map<Lane, LinkConditions> changed = new LinkedHashMap<>();
    changes.forEach((link, wanted) -> changed.put(lane(link), wanted));
    loop.call(
        () -> {
          loop.catchUp();
          long now = loop.now();
          changed.forEach(Lane::conditions);
          changed.keySet().forEach(lane -> lane.conditionsChanged(now));
        });
    conditions.putAll(changes);
  }

  /** Opens every link. */
  public synchronized void restore() {
    Map<Link, LinkConditions> all = new LinkedHashMap<>(conditions);
    all.replaceAll((link, before) -> LinkConditions.OPEN);
    apply(all);
  }

  /** The one set of probes of these links, closed with them. */
  public synchronized LinkProbes probes() {
    if (probes == null) {
      probes = new LinkProbes(this, time);
    }
    return probes;
  }

  @Override
  public synchronized void close() {
    loop.close();
    if (probes != null) {
      probes.close();
    }
  }
}
