package io.evalctl.subject.zookeeper;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where an ensemble has its files. Immutable; names paths and changes nothing.
 *
 * @param dir the home directory, absolute
 * @param nodes its members, in order
 */
public record EnsembleHome(Path dir, List<NodeHome> nodes) {
  static final String NODE_PREFIX = "zk";

  public EnsembleHome {
    nodes = List.copyOf(nodes);
  }

  /** The home of an ensemble of {@code nodeCount} voters, zk1 and on. */
  public static EnsembleHome of(Path dir, int nodeCount) {
    Path home = dir.toAbsolutePath().normalize();
    return new EnsembleHome(
        home,
        IntStream.rangeClosed(1, nodeCount)
            .mapToObj(id -> NODE_PREFIX + id)
            .map(name -> new NodeHome(name, home.resolve("nodes").resolve(name)))
            .toList());
  }

  /** The home of an ensemble that is there; without members when it is none. */
  public static EnsembleHome open(Path dir) {
    String[] names = dir.resolve("nodes").toFile().list();
    return of(dir, names == null ? 0 : names.length);
  }

  /** A member by its name. */
  public NodeHome node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  public List<String> nodeNames() {
    return nodes.stream().map(NodeHome::name).toList();
  }

  /** The command that starts, stops and shows nodes, for people and programs alike. */
  public Path nodeCommand() {
    return dir.resolve("bin").resolve("node");
  }

  /** The description for programs. */
  public Path description() {
    return dir.resolve("subject.json");
  }

  /** The description for people and models. */
  public Path context() {
    return dir.resolve("context.md");
  }

  /** Proves that the directory was made by evalctl; holds the run's id. */
  Path marker() {
    return dir.resolve(".evalctl-subject");
  }
}
