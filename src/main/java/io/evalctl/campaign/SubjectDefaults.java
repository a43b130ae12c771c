package io.evalctl.campaign;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a plan must know of its subject before the subject is there.
 *
 * @param nodeCounts how many nodes it can have; the first is the default
 * @param nodePrefix its nodes are named by it and a number from 1
 * @param timeout how long a trial waits for the response
 * @param faultDuration how long an environmental fault lasts
 */
record SubjectDefaults(
    List<Integer> nodeCounts, String nodePrefix, Duration timeout, Duration faultDuration) {
  private static final SubjectDefaults ZOOKEEPER =
      new SubjectDefaults(List.of(3, 5), "zk", Duration.ofSeconds(30), Duration.ofSeconds(10));

  static SubjectDefaults of(String subject) {
    if (subject.equals("zookeeper")) {
      return ZOOKEEPER;
    }
    throw new EvalctlException(
        ErrorCode.UNKNOWN_SUBJECT,
        "there is no subject '" + subject + "'",
        "subjects: zookeeper (evalctl campaign --list-subjects)");
  }

  int defaultNodes() {
    return nodeCounts.get(0);
  }

  void requireNodes(int nodes) {
    if (!nodeCounts.contains(nodes)) {
      throw EvalctlException.usage(
          "the subject cannot have " + nodes + " nodes", "it can have one of " + nodeCounts);
    }
  }

  /** Refuses a target that the subject will not have. */
  void requireTarget(String target, int nodes) {
    List<String> known =
        Stream.concat(
                Stream.of("any", "leader", "follower"),
                IntStream.rangeClosed(1, nodes).mapToObj(number -> nodePrefix + number))
            .toList();
    if (!known.contains(target)) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_TARGET,
          "there is no target '" + target + "'",
          "targets: " + String.join(", ", known));
    }
  }
}
