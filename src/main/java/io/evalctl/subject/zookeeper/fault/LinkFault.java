package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.Link;
import io.evalctl.subject.zookeeper.link.LinkConditions;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a fault does to which links.
 *
 * @param parameters those of the type
 */
record LinkFault(ChaosType type, Set<Link> links, Map<String, String> parameters) {
  /** What happens to what is on a link. */
  enum Effect {
    CUT,
    DELAY,
    CAP,
    RESET
  }

  LinkFault {
    links = Collections.unmodifiableSet(new LinkedHashSet<>(links));
    parameters = Map.copyOf(parameters);
  }

  LinkConditions conditions() {
    return switch (effect()) {
      case CUT -> LinkConditions.OPEN.withCut();
      case DELAY -> LinkConditions.OPEN.withDelay(minDelay(), maxDelay());
      case CAP -> LinkConditions.OPEN.withBandwidth(number("kbps"));
      case RESET -> LinkConditions.OPEN.withReset();
    };
  }

  Effect effect() {
    return switch (type) {
      case NETWORK_PARTITION, ASYMMETRIC_PARTITION -> Effect.CUT;
      case LATENCY -> Effect.DELAY;
      case BANDWIDTH -> Effect.CAP;
      case CONNECTION_RESET -> Effect.RESET;
      case NODE_KILL,
          LEADER_KILL,
          NODE_STOP,
          PROCESS_PAUSE,
          CONFIG_CORRUPTION,
          NONE,
          DATA_CORRUPTION,
          PACKET_LOSS,
          DUPLICATION,
          PORT_BLOCK,
          DISK_PRESSURE,
          CPU_STARVATION,
          MEMORY_EXHAUSTION ->
          throw new IllegalArgumentException(type + " is not a fault of links");
    };
  }

  Map<Link, LinkConditions> everywhere(LinkConditions conditions) {
    Map<Link, LinkConditions> all = new LinkedHashMap<>();
    links.forEach(link -> all.put(link, conditions));
    return all;
  }

  Duration minDelay() {
    return Duration.ofMillis(number("min_ms"));
  }

  Duration maxDelay() {
    return Duration.ofMillis(number("max_ms"));
  }

  long bytesPerSecond() {
    return number("kbps") * 1000 / 8;
  }

  private long number(String parameter) {
    return Long.parseLong(parameters.get(parameter));
  }

  /** As metadata: links, each [from, to], and parameters. */
  ObjectNode json() {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    ArrayNode list = metadata.putArray("links");
    links.forEach(link -> list.addArray().add(link.from()).add(link.to()));
    ObjectNode values = metadata.putObject("parameters");
    parameters.forEach(values::put);
    return metadata;
  }

  static LinkFault of(ChaosType type, JsonNode metadata) {
    Set<Link> links = new LinkedHashSet<>();
    for (JsonNode link : metadata.path("links")) {
      links.add(new Link(link.path(0).asText(), link.path(1).asText()));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    metadata
        .path("parameters")
        .properties()
        .forEach(value -> parameters.put(value.getKey(), value.getValue().asText()));
    return new LinkFault(type, links, parameters);
  }
}
