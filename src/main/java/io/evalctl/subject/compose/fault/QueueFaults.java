package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Faults by a queue of our own (tc-netem(8), tc-tbf(8)) at the root of the interface that leads to
 * the peers; it takes what the node sends, not what it gets. It is only ever put where the kernel's
 * default is, and removed by a handle of our own, so that the queue of somebody else stays.
 */
final class QueueFaults implements FaultFamily {
  /** Handles of our own; those of the kernel begin at 8000. */
  static final int LEAST_HANDLE = 0x6000;

  static final int GREATEST_HANDLE = 0x7fff;

  private static final int LEAST_BURST_BYTES = 3200;

  private final Networks networks;

  QueueFaults(Networks networks) {
    this.networks = networks;
  }

  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    ContainerState state = site.require(target.node());
    List<String> peers = new ArrayList<>();
    site.addresses()
        .forEach(
            (node, addresses) -> {
              if (!node.equals(target.node())) {
                peers.addAll(addresses);
              }
            });
    if (peers.isEmpty()) {
      throw refused("%s has no peer with an address".formatted(target.node()), null);
    }
    ObjectNode metadata = site.metadata();
    ObjectNode node = Struck.add(metadata, target.node(), state);
    NetworkState before = networks.capture(state, node);
    String dev = interfaceTo(peers.get(0), state);
    String root = before.root(dev);
    if (!root.matches("qdisc \\S+ 0: .*")) {
      throw refused(
          "interface %s of %s has a queue of somebody else: %s"
              .formatted(dev, state.name(), root.isEmpty() ? "unknown" : root),
          "remove it, or choose a fault that needs none");
    }
    String settings = settings(request);
    metadata.put("mechanism", settings.substring(0, settings.indexOf(' ')));
    node.put("dev", dev);
    node.put(
        "handle",
        Integer.toHexString(LEAST_HANDLE + random.nextInt(GREATEST_HANDLE - LEAST_HANDLE + 1)));
    node.put("queue", settings);
    Networks.probe(metadata, state, Networks.datagrams(peers, 3));
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  private String interfaceTo(String address, ContainerState state) {
    String route =
        networks
            .run(state, "ip -o route get " + address)
            .require(ErrorCode.FAULT_NOT_INJECTED, "asking for the way to " + address);
    return route.replaceFirst("(?s).* dev (\\S+).*", "$1").strip();
  }

  private static EvalctlException refused(String why, String hint) {
    return new EvalctlException(ErrorCode.FAULT_NOT_INJECTED, why, hint);
  }

  /** The words for tc. Times of netem are a mean and what is added to it at most, both ways. */
  static String settings(FaultRequest request) {
    return switch (request.type()) {
      case LATENCY -> {
        long least = request.number("min_ms") * 1000;
        long most = request.number("max_ms") * 1000;
        yield "netem delay %dus %dus".formatted((least + most) / 2, (most - least) / 2);
      }
      case PACKET_LOSS -> "netem loss %d%%".formatted(request.number("percent"));
      case DUPLICATION -> "netem duplicate %d%%".formatted(request.number("percent"));
      case BANDWIDTH -> {
        // A burst must hold a whole packet, and 20 ms of a fast link: the kernel's clock is coarse.
        long kbps = request.number("kbps");
        long burst = Math.max(LEAST_BURST_BYTES, kbps * 1000 / 8 / 50);
        yield "tbf rate %dkbit burst %d latency 400ms".formatted(kbps, burst);
      }
      case NODE_KILL,
          LEADER_KILL,
          NODE_STOP,
          PROCESS_PAUSE,
          CONFIG_CORRUPTION,
          NETWORK_PARTITION,
          NONE,
          ASYMMETRIC_PARTITION,
          DATA_CORRUPTION,
          CONNECTION_RESET,
          PORT_BLOCK,
          DISK_PRESSURE,
          CPU_STARVATION,
          MEMORY_EXHAUSTION ->
          throw new IllegalArgumentException(request.type() + " is no fault of queues");
    };
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return List.of(
        "in the network of %s (%s): %s".formatted(struck.name(), struck.node(), addition(struck)));
  }

  private static String addition(Struck struck) {
    return "tc qdisc add dev %s root handle %s: %s"
        .formatted(
            struck.json().path("dev").asText(),
            struck.json().path("handle").asText(),
            struck.json().path("queue").asText());
  }

  @Override
  public void inject(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    networks.insert(struck, addition(struck));
  }

  @Override
  public boolean visible(FaultPlan plan) {
    networks.send(plan.metadata());
    return ours(plan.metadata())
        .filter(queue -> !queue.contains(" Sent 0 bytes") || queue.matches(".*dropped [1-9].*"))
        .isPresent();
  }

  /** Our queue as tc tells it, if it is there. */
  private Optional<String> ours(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    String start =
        "qdisc %s %s: dev %s "
            .formatted(
                metadata.path("mechanism").asText(),
                struck.json().path("handle").asText(),
                struck.json().path("dev").asText());
    return networks
        .look(struck)
        .flatMap(
            state -> state.queues().stream().filter(queue -> queue.startsWith(start)).findFirst());
  }

  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(15);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    if (ours(metadata).isPresent()) {
      networks
          .running(struck)
          .ifPresent(
              state ->
                  networks
                      .run(
                          state,
                          "tc qdisc del dev %s root handle %s:"
                              .formatted(
                                  struck.json().path("dev").asText(),
                                  struck.json().path("handle").asText()))
                      .require(
                          ErrorCode.FAULT_NOT_UNDONE,
                          "removing our queue from the network of " + struck.name()));
    }
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return ours(metadata).isEmpty();
  }

  @Override
  public boolean endsWithRestart(JsonNode metadata) {
    return true;
  }

  @Override
  public Optional<String> difference(JsonNode metadata) {
    return networks.difference(metadata);
  }
}
