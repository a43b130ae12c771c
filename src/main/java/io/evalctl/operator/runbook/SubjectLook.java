package io.evalctl.operator.runbook;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One look at all nodes, in their order. Immutable.
 *
 * @param whole what is wrong with the whole, by the probes of it
 */
record SubjectLook(List<NodeLook> nodes, List<String> whole) {
  SubjectLook {
    nodes = List.copyOf(nodes);
    whole = List.copyOf(whole);
  }

  SubjectLook(List<NodeLook> nodes) {
    this(nodes, List.of());
  }

  /** Every node serves, exactly one leads of those that tell, and nothing is wrong beyond them. */
  boolean healthy() {
    List<String> modes =
        nodes.stream().map(NodeLook::mode).filter(mode -> !mode.isEmpty()).toList();
    return serving() == nodes.size()
        && whole.isEmpty()
        && (modes.isEmpty()
            || modes.stream().filter(mode -> !mode.equals("follower")).count() == 1);
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
    return Stream.concat(nodes.stream().map(NodeLook::summary), whole.stream())
        .collect(Collectors.joining(", "));
  }

  private long serving() {
    return nodes.stream().filter(node -> node.state() == NodeLook.State.SERVING).count();
  }
}
