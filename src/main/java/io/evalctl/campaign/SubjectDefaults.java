package io.evalctl.campaign;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.Durations;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import io.evalctl.subject.compose.ShippedSubjects;
import io.evalctl.subject.compose.SubjectDefinition;
import io.evalctl.text.Plural;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a plan must know of its subject before the subject is there.
 *
 * @param nodeCounts how many nodes it can have; the first is the default
 * @param nodeNames the nodes' names, for each of these counts
 * @param timeout how long a trial waits for the response
 * @param faultDuration how long an environmental fault lasts
 * @param noticed how long its health may look as before when a node hangs, at most
 * @param start how long it takes from nothing to healthy, roughly
 * @param leads whether it can be told which node leads
 */
record SubjectDefaults(
    List<Integer> nodeCounts,
    IntFunction<List<String>> nodeNames,
    Duration timeout,
    Duration faultDuration,
    Duration noticed,
    Duration start,
    boolean leads) {
  private static final String EMBEDDED = "zookeeper";

  /** What is shorter does not tell health from luck. */
  private static final Duration LEAST_SETTLE = Duration.ofMillis(500);

  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final SubjectDefaults ZOOKEEPER =
      new SubjectDefaults(
          List.of(3, 5),
          count -> IntStream.rangeClosed(1, count).mapToObj(number -> "zk" + number).toList(),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          LEAST_SETTLE,
          Duration.ofSeconds(2),
          true);

  /**
   * @param subject a name, or a subject file
   * @throws EvalctlException UNKNOWN_SUBJECT; FILE_UNREADABLE or INVALID_INPUT for a file
   */
  static SubjectDefaults of(String subject) {
    if (subject.equals(EMBEDDED)) {
      return ZOOKEEPER;
    }
    return ShippedSubjects.find(subject)
        .map(SubjectDefaults::compose)
        .orElseThrow(
            () -> {
              List<String> known = new ArrayList<>(List.of(EMBEDDED));
              known.addAll(ShippedSubjects.names());
              return new EvalctlException(
                  ErrorCode.UNKNOWN_SUBJECT,
                  "there is no subject '" + subject + "'",
                  Suggestion.among(subject, known)
                      + "; a subject file's name ends in .yaml (evalctl campaign --list-subjects)");
            });
  }

  private static SubjectDefaults compose(SubjectDefinition subject) {
    return new SubjectDefaults(
        List.of(subject.nodes().size()),
        count -> subject.nodeNames(),
        Duration.ofSeconds(300),
        Duration.ofSeconds(60),
        // A busy machine may be late by that with a probe whose time is up.
        subject.noticed().plus(LEAST_SETTLE),
        Duration.ofSeconds(10),
        subject.leader() != null);
  }

  Duration settle() {
    Duration enough = Duration.ofSeconds(noticed.plusMillis(999).toSeconds());
    return enough.compareTo(SETTLE) > 0 ? enough : SETTLE;
  }

  /**
   * Refuses a healthy run so short that a node could hang and be back within it without anything
   * being seen of it.
   */
  void requireSettle(Duration settle) {
    if (settle.compareTo(noticed) < 0) {
      throw EvalctlException.usage(
          "settle is shorter than %s, the time that the subject's probes may take to see a node that hangs"
              .formatted(Durations.format(noticed)),
          "use " + Durations.format(settle()));
    }
  }

  int defaultNodes() {
    return nodeCounts.get(0);
  }

  void requireNodes(int nodes) {
    if (!nodeCounts.contains(nodes)) {
      throw EvalctlException.usage(
          "the subject cannot have " + Plural.of(nodes, "node"),
          "it can have one of " + nodeCounts);
    }
  }

  /** Refuses a target that the subject will not have, or that the fault cannot hit. */
  void requireTarget(FaultRequest request, int nodes) {
    String target = request.target();
    List<String> known =
        Stream.concat(Stream.of("any", "leader", "follower"), nodeNames.apply(nodes).stream())
            .toList();
    if (!known.contains(target)) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_TARGET,
          "there is no target '" + target + "'",
          "targets: " + String.join(", ", known));
    }
    boolean leaderKill = request.type() == ChaosType.LEADER_KILL;
    if (leaderKill && target.equals("follower")) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_TARGET,
          "chaos " + request.type() + " hits the leader, which follower is not",
          "leave the target out, or choose chaos " + ChaosType.NODE_KILL);
    }
    if (!leads && (leaderKill || List.of("leader", "follower").contains(target))) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_TARGET,
          "chaos %s cannot be made with target %s: it is not known which node leads"
              .formatted(request.type(), target),
          "name a node or any, or tell how a node leads under 'leader' in the subject file");
    }
  }
}
