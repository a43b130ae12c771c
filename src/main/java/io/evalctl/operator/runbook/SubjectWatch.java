package io.evalctl.operator.runbook;

import io.evalctl.clock.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks at a subject as its description says: at each node by its probes, which are asked in the
 * background, or by the word srvr where it has none. Not thread-safe.
 */
final class SubjectWatch {
  private static final int ANSWER_MILLIS = 300;

  private record WatchedNode(
      SubjectDescription.Node node, List<ProbeWatch> probes, ProbeWatch leads) {}

  private final Path directory;
  private final TimeSource time;
  private final List<WatchedNode> nodes = new ArrayList<>();
  private final List<ProbeWatch> cluster = new ArrayList<>();
  private final List<String> clusterNames = new ArrayList<>();
  private int started;

  /**
   * Begins to look.
   *
   * @param directory for what programs print
   */
  SubjectWatch(SubjectDescription subject, Path directory, TimeSource time) {
    this.directory = directory;
    this.time = time;
    for (SubjectDescription.Node node : subject.nodes()) {
      nodes.add(
          new WatchedNode(
              node,
              node.probes().stream().map(this::start).toList(),
              node.leads() == null ? null : start(node.leads())));
    }
    for (WatchedProbe probe : subject.clusterProbes()) {
      clusterNames.add(probe.name());
      cluster.add(start(probe));
    }
  }

  private ProbeWatch start(WatchedProbe probe) {
    ShellCommand shell = new ShellCommand(directory, "runbook-probe-" + ++started + ".out");
    return new ProbeWatch(probe, new ProbeAsker(shell, time), time).start();
  }

  /** How it stands now. */
  SubjectLook look() {
    List<String> whole = new ArrayList<>();
    for (int i = 0; i < cluster.size(); i++) {
      if (!cluster.get(i).reason().isEmpty()) {
        whole.add(clusterNames.get(i) + ": " + cluster.get(i).reason());
      }
    }
    return new SubjectLook(nodes.stream().map(SubjectWatch::look).toList(), whole);
  }

  private static NodeLook look(WatchedNode watched) {
    if (watched.probes().isEmpty()) {
      return NodeLook.at(watched.node(), ANSWER_MILLIS);
    }
    ProbeWatch worst =
        watched.probes().stream().max(Comparator.comparing(ProbeWatch::state)).orElseThrow();
    boolean tells =
        worst.state() == NodeLook.State.SERVING
            && watched.leads() != null
            && watched.leads().asked();
    String mode = !tells ? "" : watched.leads().reason().isEmpty() ? "leader" : "follower";
    return new NodeLook(watched.node().name(), worst.state(), mode, worst.reason());
  }
}
