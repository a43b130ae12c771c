package io.evalctl.subject.zookeeper;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryListener;
import io.evalctl.subject.EvalSubject;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.HealthySpell;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.zookeeper.link.LinkFabric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.zookeeper.Version;

/**
 * A real Apache ZooKeeper ensemble on this machine: each voter a JVM of its own, with links between
 * them that can be disturbed.
 */
public final class ZookeeperSubject implements EvalSubject {
  public static final String NAME = "zookeeper";

  private static final Duration SETTLED = Duration.ofMillis(500);
  private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(50);

  private final Ensemble ensemble;
  private final EnsembleClaim claim;
  private final LinkFabric links;
  private final TimeSource time;
  private final FaultInjector faults;
  private volatile HealthProbe probe;

  private ZookeeperSubject(
      Ensemble ensemble,
      EnsembleClaim claim,
      LinkFabric links,
      TimeSource time,
      Function<ZookeeperSubject, FaultInjector> faults) {
    this.ensemble = ensemble;
    this.claim = claim;
    this.links = links;
    this.time = time;
    this.probe = newProbe();
    this.faults = faults.apply(this);
  }

  /**
   * Takes the home directory and goes on record. No node runs before {@link #reset}.
   *
   * @param links the network; closed with the subject
   * @param faults makes the subject's fault injector, which may ask the subject for its home and
   *     its health
   * @throws EvalctlException FILE_UNWRITABLE or PORT_TAKEN; nothing is then left, and the links are
   *     the caller's to close
   */
  public static ZookeeperSubject open(
      ZookeeperOptions options,
      LinkFabric links,
      TimeSource time,
      Function<ZookeeperSubject, FaultInjector> faults) {
    return open(options, links, time, faults, NodeProgram.ofThisJvm());
  }

  static ZookeeperSubject open(
      ZookeeperOptions options,
      LinkFabric links,
      TimeSource time,
      Function<ZookeeperSubject, FaultInjector> faults,
      NodeProgram program) {
    EnsembleClaim claim = EnsembleClaim.take(options, time);
    try {
      Ensemble ensemble = new Ensemble(options, claim.ports(), links, program, time);
      return new ZookeeperSubject(ensemble, claim, links, time, faults);
    } catch (RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  public EnsembleHome home() {
    return ensemble.home();
  }

  @Override
  public List<String> nodes() {
    return home().nodeNames();
  }

  @Override
  public void reset() {
    ensemble.startAfresh();
    // What the old one remembers is of the nodes that were.
    probe.close();
    probe = newProbe();
  }

  private HealthProbe newProbe() {
    return new HealthProbe(ensemble.home(), ensemble.nodePorts(), time);
  }

  @Override
  public void waitHealthy(Deadline deadline) {
    HealthySpell spell = new HealthySpell(SETTLED);
    if (!Waiter.reached(
        "a healthy ensemble", deadline, SAMPLE_INTERVAL, () -> spell.reachedWith(health()))) {
      throw unhealthy(spell.last(), deadline);
    }
  }

  private EvalctlException unhealthy(HealthSample last, Deadline deadline) {
    StringBuilder message =
        new StringBuilder(
            "the ensemble was not healthy for %.1fs within %.1fs: %s"
                .formatted(
                    SETTLED.toMillis() / 1e3,
                    deadline.length().toMillis() / 1e3,
                    last.healthy() ? "healthy only at the end" : last.reason()));
    for (NodeHome node : home().nodes()) {
      String words = new NodeLog(node).lastWords();
      if (last.nodes().get(node.name()).status() == Status.DOWN && !words.isEmpty()) {
        message.append("; the log of ").append(node.name()).append(" says: ").append(words);
      }
    }
    return new EvalctlException(
        ErrorCode.SUBJECT_UNHEALTHY,
        message.toString(),
        "is the machine very busy? --keep-subject keeps the nodes' logs");
  }

  @Override
  public HealthSample health() {
    return probe.sample();
  }

  /**
   * {@inheritDoc} Of a node: alive, paused, pid, startTicks, mode, epoch, zxid, connections,
   * znodes, configSha256, canarySha256. Takes a second at most.
   */
  @Override
  public ObjectNode captureState() {
    return new StateCapture(home(), ensemble.nodePorts(), time).take();
  }

  @Override
  public ObjectNode topology() {
    ObjectNode topology = JsonNodeFactory.instance.objectNode();
    topology.put("subject", NAME);
    topology.put("version", Version.getVersion());
    topology.put("tickMs", ServerConfiguration.TICK_MILLIS);
    var nodes = topology.putArray("nodes");
    ensemble
        .ports()
        .forEach(
            (node, own) ->
                nodes
                    .addObject()
                    .put("name", node)
                    .put("id", NodeHome.id(node))
                    .put("host", "127.0.0.1")
                    .put("clientPort", own.client())
                    .put("clientLinkPort", ensemble.clientPorts().get(node))
                    .put("quorumPort", own.quorum())
                    .put("electionPort", own.election()));
    return topology;
  }

  @Override
  public Canary openCanary(CanaryListener listener) {
    return new ZookeeperCanary(
        ensemble.clientPorts(), ensemble.nodePorts(), ZookeeperCanary.PERIOD, listener, time);
  }

  @Override
  public FaultInjector faults() {
    return faults;
  }

  @Override
  public String agentContext() {
    return ensemble.guide().text();
  }

  @Override
  public ObjectNode agentDescription() {
    return ensemble.guide().json();
  }

  @Override
  public Map<String, String> agentEnvironment() {
    return ensemble.guide().environment();
  }

  /** Ends every node and gives back ports, directory and the entry on record. Idempotent. */
  @Override
  public void close() {
    try {
      ensemble.end();
      claim.close();
    } finally {
      probe.close();
      links.close();
    }
  }
}
