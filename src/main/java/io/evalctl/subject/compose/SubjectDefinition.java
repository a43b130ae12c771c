package io.evalctl.subject.compose;

import io.evalctl.question.Question;
import io.evalctl.question.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A subject as its file describes it. Immutable.
 *
 * @param source where it was read, for messages
 * @param compose the Compose file
 * @param nodes its members, in their order
 * @param companions services that are no nodes and take part in a partition, and the node on whose
 *     side each is; an empty text where it is on none's
 * @param probes what is asked of nodes to tell whether they serve
 * @param clusterProbes what some node must answer for the whole to be healthy
 * @param leader how a node tells that it leads; null when none does
 * @param context Markdown for operators; a template
 * @param environment variables for operators
 */
public record SubjectDefinition(
    String name,
    String summary,
    String source,
    ComposeSource compose,
    List<NodeDefinition> nodes,
    Map<String, String> companions,
    List<Probe> probes,
    List<Probe> clusterProbes,
    Probe leader,
    List<Capture> captures,
    CanaryDefinition canary,
    String context,
    Map<String, String> environment) {
  public SubjectDefinition {
    nodes = List.copyOf(nodes);
    companions = Collections.unmodifiableMap(new LinkedHashMap<>(companions));
    probes = List.copyOf(probes);
    clusterProbes = List.copyOf(clusterProbes);
    captures = List.copyOf(captures);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** The nodes' names, in their order. */
  public List<String> nodeNames() {
    return nodes.stream().map(NodeDefinition::name).toList();
  }

  NodeDefinition node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * One member.
   *
   * @param service its service in the Compose file
   * @param ports by name, the ports in its container that are published for evalctl
   * @param configFiles its configuration, as paths in its container
   */
  public record NodeDefinition(
      String name, String service, Map<String, Integer> ports, List<String> configFiles) {
    public NodeDefinition {
      ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
      configFiles = List.copyOf(configFiles);
    }
  }

  /**
   * A question that is asked again and again.
   *
   * @param nodes whom it is about
   * @param ask whom to ask, in this order until one gives a good answer; empty for the node itself
   * @param failures bad answers in a row until it counts as failing
   * @param successes good answers in a row until it counts as passing
   */
  record Probe(
      String name,
      List<String> nodes,
      List<String> ask,
      Question question,
      Duration interval,
      Duration timeout,
      int failures,
      int successes) {
    Probe {
      nodes = List.copyOf(nodes);
      ask = List.copyOf(ask);
    }

    /**
     * Whom to ask.
     *
     * @param node whom it is about; empty for the whole
     */
    List<String> askees(String node) {
      return !ask.isEmpty() ? ask : node.isEmpty() ? nodes : List.of(node);
    }

    /** The longest from when nobody answers any more until it counts as failing. */
    Duration noticed() {
      return interval.multipliedBy(failures).plus(timeout);
    }
  }

  /** The longest from when a node hangs until its health tells, whatever node it is. */
  public Duration noticed() {
    return probes.stream()
        .map(Probe::noticed)
        .max(Comparator.naturalOrder())
        .orElse(HealthWatch.CONTAINER_INTERVAL);
  }

  /**
   * A part of a node's state.
   *
   * @param path a JSONPath template to the value, or null
   * @param pattern its first group in the answer's text is the value, or null; without either it is
   *     the whole answer
   */
  record Capture(
      String name,
      List<String> nodes,
      List<String> ask,
      Question question,
      Template path,
      Pattern pattern,
      Duration timeout) {
    Capture {
      nodes = List.copyOf(nodes);
      ask = List.copyOf(ask);
    }
  }

  /**
   * How the canary reads and writes.
   *
   * @param nodes whom it may ask
   * @param writesAtLeader whether only the node that leads is written to
   * @param readsAtLeader whether only the node that leads is read from
   * @param period a write and a read in each
   * @param timeout an operation without an answer by then is given up
   * @param readAll reads all of the canary's keys at once; null to read them one by one
   */
  record CanaryDefinition(
      List<String> nodes,
      boolean writesAtLeader,
      boolean readsAtLeader,
      Duration period,
      Duration timeout,
      Question write,
      ReadDefinition read,
      ReadAllDefinition readAll) {
    CanaryDefinition {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * @param value a JSONPath to the value, or null
   * @param pattern its first group in the answer's text is the value, or null; without either it is
   *     the whole answer
   * @param decode template functions that make of it what was written; may be empty
   */
  record ReadDefinition(Question question, Template value, Pattern pattern, String decode) {}

  /**
   * @param items a JSONPath to one object for each key
   * @param key the field of such an object with the key
   * @param value the field with the value
   */
  record ReadAllDefinition(
      Question question, Template items, String key, String value, String decode) {}
}
