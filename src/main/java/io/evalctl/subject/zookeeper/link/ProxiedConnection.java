package io.evalctl.subject.zookeeper.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * One connection through a proxy: two sockets and a flow each way. Confined to the loop's thread.
 */
final class ProxiedConnection {
  private static final Duration REDIAL_INTERVAL = Duration.ofMillis(10);

  private enum State {
    /** Its links let no handshake through. */
    WAITING,
    CONNECTING,
    ESTABLISHED,
    CLOSED
  }

  private final ProxyLoop loop;
  private final Lane there;
  private final Lane back;
  private final DialTarget dialTarget;
  private final Endpoint opener;
  private final Endpoint target;
  private final Flow request;
  private final Flow response;
  private State state = State.WAITING;
  private long firstDial;

  /**
   * @param there the lane of what the opener sends
   * @param back the lane of what comes back
   * @param accepted the opener's socket; closed by this object
   */
  ProxiedConnection(
      ProxyLoop loop, Lane there, Lane back, SocketChannel accepted, DialTarget dialTarget)
      throws IOException {
    this.loop = loop;
    this.there = there;
    this.back = back;
    this.dialTarget = dialTarget;
    this.opener = new Endpoint(this, loop, accepted);
    this.target = new Endpoint(this, loop, SocketChannel.open());
    this.request = new Flow(this, loop, there, opener, target);
    this.response = new Flow(this, loop, back, target, opener);
    opener.flows(request, response);
    target.flows(response, request);
  }

  void start(RandomGenerator random) {
    there.add(request);
    back.add(response);
    try {
      opener.open();
      target.open();
    } catch (IOException e) {
      reset();
      return;
    }
    if (resetInPlace()) {
      loop.at(
          loop.now() + random.nextLong(ProxiedLinks.RESET_AFTER.toNanos()), this::resetIfInPlace);
    }
    connectIfPossible();
  }

  /** Whether this is an opener that waits for its handshake. */
  boolean waits(Endpoint endpoint) {
    return state == State.WAITING && endpoint == opener;
  }

  boolean established() {
    return state == State.ESTABLISHED;
  }

  void conditionsChanged() {
    resetIfInPlace();
    connectIfPossible();
  }

  private void connectIfPossible() {
    if (state == State.WAITING && !cut()) {
      state = State.CONNECTING;
      firstDial = firstDial == 0 ? loop.now() : firstDial;
      try {
        if (target
            .channel()
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), dialTarget.port()))) {
          becomeEstablished();
        } else {
          target.awaitConnect();
        }
      } catch (IOException e) {
        failed(target);
        return;
      }
    }
    updateInterest(loop.now());
  }

  /** The connect to the target has come to an end. */
  void connectable() throws IOException {
    if (target.channel().finishConnect()) {
      becomeEstablished();
    }
  }

  /** Whether it is worth another try. */
  private boolean redial() {
    if (loop.now() - firstDial >= dialTarget.patience().toNanos()) {
      return false;
    }
    try {
      target.renew();
    } catch (IOException e) {
      return false;
    }
    state = State.WAITING;
    updateInterest(loop.now());
    loop.at(loop.now() + REDIAL_INTERVAL.toNanos(), this::connectIfPossible);
    return true;
  }

  private void becomeEstablished() {
    state = State.ESTABLISHED;
    long now = loop.now();
    request.advance(now);
    response.advance(now);
  }

  /** One socket failed. The other learns of it when its link lets it. */
  void failed(Endpoint endpoint) {
    Endpoint other = endpoint == opener ? target : opener;
    if (state == State.CONNECTING && endpoint == target && redial()) {
      return;
    }
    if (state != State.ESTABLISHED || !other.isOpen()) {
      reset();
    } else if (endpoint.isOpen()) {
      endpoint.reset();
      endpoint.outgoing().sinkFailed();
      endpoint.incoming().sourceFailed();
    }
  }

  void flowFinished() {
    if (request.finished() && response.finished()) {
      close();
    }
  }

  /** Ends both sides at once with RST. */
  void reset() {
    opener.reset();
    target.reset();
    close();
  }

  void close() {
    state = State.CLOSED;
    there.remove(request);
    back.remove(response);
    opener.close();
    target.close();
  }

  void updateInterest(long now) {
    if (state == State.WAITING || state == State.ESTABLISHED) {
      opener.updateInterest(now);
      target.updateInterest(now);
    }
  }

  private void resetIfInPlace() {
    if (state != State.CLOSED && resetInPlace() && !cut()) {
      reset();
    }
  }

  private boolean resetInPlace() {
    return there.conditions().reset() || back.conditions().reset();
  }

  private boolean cut() {
    return there.cut() || back.cut();
  }
}
