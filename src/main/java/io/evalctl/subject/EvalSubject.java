package io.evalctl.subject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.clock.Deadline;
import java.util.List;
import java.util.Map;

/**
 * The system under test. One thread drives it (reset, faults, close); {@link #health()} may be
 * called from another. Everything it starts is gone after {@link #close()}.
 */
public interface EvalSubject extends AutoCloseable {

  /** The name it is chosen by. */
  String name();

  /** Its members, in a fixed order; the same for its whole life. */
  List<String> nodes();

  /** Brings it to a clean, started state: every earlier process, datum and fault is gone. */
  void reset();

  /**
   * Waits for half a second of unbroken health.
   *
   * @throws io.evalctl.error.EvalctlException SUBJECT_UNHEALTHY, saying which node lacks what
   */
  void waitHealthy(Deadline deadline);

  /** One look at every node. Returns within 100 ms, whatever state the nodes are in. */
  HealthSample health();

  /** What makes its measuring worse than it could be, a line each; nothing mostly. */
  default List<String> warnings() {
    return List.of();
  }

  /** The state of each node, for comparison: always a JSON object with one field per node. */
  ObjectNode captureState();

  /** What there is: nodes, addresses, versions. Written to the results store once a campaign. */
  ObjectNode topology();

  /** A client that reads and writes. Every call opens a new one, with a fresh ledger. */
  Canary openCanary(CanaryListener listener);

  /** What can be done to it. */
  FaultInjector faults();

  /**
   * Text for an operator: what the system is, where nodes, logs and configuration are, which
   * commands start and stop a node. Never a word about faults.
   */
  String agentContext();

  /** The same for programs: the content of subject.json. */
  ObjectNode agentDescription();

  /** Environment variables an operator gets, all beginning with EVALCTL_RUN_. */
  Map<String, String> agentEnvironment();

  @Override
  void close();
}
