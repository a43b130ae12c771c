package io.evalctl.subject.zookeeper;

import io.evalctl.error.EvalctlException;
import io.evalctl.text.Plural;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How an embedded ensemble is to be made.
 *
 * @param nodeCount number of voters, 3 or 5
 * @param home its directory: new, empty, or left by an earlier ensemble
 * @param keepHome whether the directory stays when the ensemble ends
 * @param runId a name for it that no other run has, fit for a file name
 * @param registry the directory where runs are on record, for {@link DeadRuns}
 */
public record ZookeeperOptions(
    int nodeCount, Path home, boolean keepHome, String runId, Path registry) {
  private static final List<Integer> NODE_COUNTS = List.of(3, 5);

  public ZookeeperOptions {
    if (!NODE_COUNTS.contains(nodeCount)) {
      throw EvalctlException.usage(
          "the subject zookeeper cannot have " + Plural.of(nodeCount, "node"),
          "it has "
              + NODE_COUNTS.stream().map(String::valueOf).collect(Collectors.joining(" or ")));
    }
    if (!runId.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException("run id " + runId);
    }
    home = home.toAbsolutePath().normalize();
    registry = registry.toAbsolutePath().normalize();
  }
}
