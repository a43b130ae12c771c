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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Faults by packet rules in the networks of containers, each in a chain of its own. The witness
 * sends packets of its own and looks whether the kernel has counted them at our rules. A network
 * that was made anew meanwhile (its container was restarted) holds nothing of the fault.
 */
final class PacketFaults implements FaultFamily {
  static final String MECHANISM = "iptables";

  private final Networks networks;

  PacketFaults(Networks networks) {
    this.networks = networks;
  }

  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    ObjectNode metadata = site.metadata().put("mechanism", MECHANISM);
    PacketPlan plan =
        switch (request.type()) {
          case NETWORK_PARTITION, ASYMMETRIC_PARTITION ->
              PacketPlan.partition(request, target, site, random);
          case PACKET_LOSS -> PacketPlan.loss(request, target, site);
          case DUPLICATION -> PacketPlan.duplication(request, target, site);
          case PORT_BLOCK -> PacketPlan.portBlock(request, target, site);
          case CONNECTION_RESET -> PacketPlan.reset(target, site);
          case NODE_KILL,
              LEADER_KILL,
              NODE_STOP,
              PROCESS_PAUSE,
              CONFIG_CORRUPTION,
              LATENCY,
              NONE,
              DATA_CORRUPTION,
              BANDWIDTH,
              DISK_PRESSURE,
              CPU_STARVATION,
              MEMORY_EXHAUSTION ->
              throw new IllegalArgumentException(request.type() + " is no fault of packets");
        };
    for (var host : plan.chains(site.tag()).entrySet()) {
      ContainerState state = site.require(host.getKey());
      ObjectNode node = Struck.add(metadata, host.getKey(), state);
      ChainRules.write(host.getValue(), node);
      requireFree(host.getValue(), networks.capture(state, node), state);
    }
    metadata.put("countedAt", plan.anyRule() ? "any" : "all");
    plan.probes(metadata, site, networks);
    return new FaultPlan(request.type(), plan.targets(), target.role(), metadata);
  }

  private static void requireFree(
      List<ChainRules> chains, NetworkState before, ContainerState state) {
    for (ChainRules chain : chains) {
      if (before.packets().containsKey(NetworkState.key(chain))) {
        throw new EvalctlException(
            ErrorCode.FAULT_NOT_INJECTED,
            "the network of %s has a chain %s already".formatted(state.name(), chain.chain()),
            "is it left from another run? run evalctl heal");
      }
    }
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    List<String> lines = new ArrayList<>();
    for (Struck struck : Struck.all(plan.metadata())) {
      for (ChainRules chain : ChainRules.read(struck.json())) {
        chain
            .rules()
            .forEach(
                rule ->
                    lines.add(
                        "in the network of %s (%s): %s -t %s -A %s %s, entered from %s"
                            .formatted(
                                struck.name(),
                                struck.node(),
                                chain.program(),
                                chain.table(),
                                chain.chain(),
                                rule,
                                chain.base())));
      }
    }
    return lines;
  }

  @Override
  public void inject(FaultPlan plan) {
    for (Struck struck : Struck.all(plan.metadata())) {
      networks.insert(struck, ChainRules.insertion(ChainRules.read(struck.json())));
    }
  }

  @Override
  public boolean visible(FaultPlan plan) {
    networks.send(plan.metadata());
    return Struck.all(plan.metadata()).stream()
        .allMatch(
            struck ->
                networks
                    .look(struck)
                    .filter(state -> met(state, struck, plan.metadata()))
                    .isPresent());
  }

  /** Every rule, or at least one of each program by which the witness has sent something. */
  private static boolean met(NetworkState state, Struck struck, JsonNode metadata) {
    Map<String, List<Long>> counts = new HashMap<>();
    for (ChainRules chain : ChainRules.read(struck.json())) {
      List<Long> found = state.packets().getOrDefault(NetworkState.key(chain), List.of());
      if (found.size() != chain.rules().size()) {
        return false;
      }
      for (int i = 0; i < found.size(); i++) {
        if (!chain.rules().get(i).endsWith(ChainRules.EXCEPTION)) {
          counts.computeIfAbsent(chain.program(), program -> new ArrayList<>()).add(found.get(i));
        }
      }
    }
    if (!metadata.path("countedAt").asText().equals("any")) {
      return counts.values().stream().flatMap(List::stream).allMatch(count -> count > 0);
    }
    List<String> programs = new ArrayList<>();
    metadata.path("countedBy").forEach(program -> programs.add(program.asText()));
    return !programs.isEmpty()
        && programs.stream()
            .allMatch(
                program ->
                    counts.getOrDefault(program, List.of()).stream().anyMatch(count -> count > 0));
  }

  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(15);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    for (Struck struck : Struck.all(metadata)) {
      networks
          .running(struck)
          .ifPresent(
              state ->
                  networks
                      .run(state, ChainRules.removal(ChainRules.read(struck.json())))
                      .require(
                          ErrorCode.FAULT_NOT_UNDONE,
                          "removing our rules from the network of " + struck.name()));
    }
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return Struck.all(metadata).stream()
        .allMatch(
            struck ->
                networks
                    .look(struck)
                    .map(
                        state ->
                            ChainRules.read(struck.json()).stream()
                                .map(NetworkState::key)
                                .noneMatch(state.packets()::containsKey))
                    .orElse(true));
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
