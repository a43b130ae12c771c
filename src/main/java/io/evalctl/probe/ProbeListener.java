package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Hears of a probe's progress, from the threads that run probes. */
@FunctionalInterface
public interface ProbeListener {
  /** Nobody listens. */
  ProbeListener NONE = (event, fields) -> {};

  /**
   * @param event such as {@code turn_finished}
   * @param fields what to tell about it; never a prompt or an answer
   */
  void happened(String event, ObjectNode fields);
}
