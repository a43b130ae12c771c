package io.evalctl.operator.runbook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** One look at all nodes, in their order. Immutable. */
record SubjectLook(List<NodeLook> nodes) {
  SubjectLook {
    nodes = List.copyOf(nodes);
  }

  static SubjectLook at(SubjectDescription subject, int timeoutMillis) {
    List<NodeLook> looks = new ArrayList<>();
    for (SubjectDescription.Node node : subject.nodes()) {
      looks.add(NodeLook.at(node, timeoutMillis));
    }
    return new SubjectLook(looks);
  }

  /** Every node serves, and exactly one of them leads where they tell. */
  boolean healthy() {
    boolean told = nodes.stream().anyMatch(node -> !node.mode().isEmpty());
    return serving() == nodes.size()
        && (!told || nodes.stream().filter(node -> !node.mode().equals("follower")).count() == 1);
  }

  /** Whether so few serve that the whole cannot. */
  boolean withoutQuorum() {
    return serving() <= nodes.size() / 2;
  }

  /** The node that is worst off, the first of several. */
  NodeLook worst() {
    return nodes.stream().max(Comparator.comparing(NodeLook::state)).orElseThrow();
  }

  String summary() {
    return nodes.stream().map(NodeLook::summary).collect(Collectors.joining(", "));
  }

  private long serving() {
    return nodes.stream().filter(node -> node.state() == NodeLook.State.SERVING).count();
  }
}
