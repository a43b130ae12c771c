package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import java.time.Duration;

/**
 * What a {@link Link} does to the data on it. The parts combine: a capped, delayed link first sends
 * at its rate, then delays; a cut link lets nothing pass, whatever else holds. Immutable.
 *
 * @param cut nothing passes, as if every packet were dropped. Data and closes are held and pass
 *     when the cut is lifted, if the connection still exists then: under a DROP rule the sender's
 *     TCP stack goes on retransmitting and gets through after the heal too. (It may then be waiting
 *     out a long retransmission timeout; here delivery follows the heal at once.) A new connection
 *     needs both directions for its handshake, so it gets no further than the proxy while either is
 *     cut, and is forgotten if its opener gives up meanwhile.
 * @param minDelay least delay of a piece of data
 * @param maxDelay greatest; each piece draws its own delay uniformly from the two, but never
 *     overtakes an earlier one of its connection
 * @param kbps greatest rate in units of 1000 bit/s, shared by all connections; 0 for no limit
 * @param reset every connection is reset (RST): those that exist at once, new ones soon after they
 *     were opened; one that crosses a cut link, when the cut is lifted
 */
public record LinkConditions(
    boolean cut, Duration minDelay, Duration maxDelay, long kbps, boolean reset) {

  /** Everything passes at once. */
  public static final LinkConditions OPEN =
      new LinkConditions(false, Duration.ZERO, Duration.ZERO, 0, false);

  public LinkConditions {
    if (minDelay.isNegative() || minDelay.compareTo(maxDelay) > 0) {
      throw new IllegalArgumentException("delay " + minDelay + " to " + maxDelay);
    }
    if (kbps < 0) {
      throw new IllegalArgumentException("rate " + kbps);
    }
  }

  public LinkConditions withCut() {
    return new LinkConditions(true, minDelay, maxDelay, kbps, reset);
  }

  public LinkConditions withDelay(Duration min, Duration max) {
    return new LinkConditions(cut, min, max, kbps, reset);
  }

  public LinkConditions withBandwidth(long kbps) {
    return new LinkConditions(cut, minDelay, maxDelay, kbps, reset);
  }

  public LinkConditions withReset() {
    return new LinkConditions(cut, minDelay, maxDelay, kbps, true);
  }

  boolean capped() {
    return kbps > 0;
  }

  boolean delayed() {
    return !maxDelay.isZero();
  }

  /** In bytes; only for a capped link. */
  long bytesPerSecond() {
    return kbps * 1000 / 8;
  }
}
