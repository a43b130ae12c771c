package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which types of fault a subject, the engine and the kernel under it allow, and why not the others.
 * The kernel is looked at when something depends on it, and once. Not thread-safe.
 */
final class OfferedFaults {
  private final boolean configured;
  private final Supplier<KernelFeatures> look;
  private KernelFeatures features;

  /**
   * @param configured whether the subject names a file of configuration
   */
  OfferedFaults(boolean configured, Supplier<KernelFeatures> look) {
    this.configured = configured;
    this.look = look;
  }

  Set<ChaosType> types() {
    Set<ChaosType> offered = new TreeSet<>();
    for (ChaosType type : ChaosType.values()) {
      if (lacking(type).isEmpty()) {
        offered.add(type);
      }
    }
    return offered;
  }

  /** Why a type cannot be offered here. */
  Optional<String> lacking(ChaosType type) {
    return switch (type) {
      case NONE, NODE_KILL, LEADER_KILL, NODE_STOP, PROCESS_PAUSE -> Optional.empty();
      case DISK_PRESSURE, CPU_STARVATION, MEMORY_EXHAUSTION -> Optional.empty();
      case DATA_CORRUPTION -> Optional.of("it is not made in containers");
      case CONFIG_CORRUPTION ->
          configured ? Optional.empty() : Optional.of("the subject names no file of configuration");
      case NETWORK_PARTITION, ASYMMETRIC_PARTITION, PORT_BLOCK -> lacking(KernelFeatures.RULES);
      case CONNECTION_RESET -> lacking(KernelFeatures.RESETS);
      case LATENCY -> lacking(KernelFeatures.NETEM);
      case BANDWIDTH -> lacking(KernelFeatures.TBF);
      case PACKET_LOSS -> lacking(KernelFeatures.NETEM, KernelFeatures.SHARES);
      case DUPLICATION -> lacking(KernelFeatures.NETEM, KernelFeatures.COPIES);
    };
  }

  /** One of the features is enough. */
  private Optional<String> lacking(String... any) {
    KernelFeatures found = features();
    for (String feature : any) {
      if (found.has(feature)) {
        return Optional.empty();
      }
    }
    return Optional.of(found.lacking().get(any[any.length - 1]));
  }

  /** Why a type would leave IPv6 alone, where nodes have it. */
  Optional<String> lackingForSix(ChaosType type) {
    return features().lackingForSix(type);
  }

  /** Whether rules make a type for want of the queue that makes it better. */
  boolean byRules(ChaosType type) {
    boolean both = type == ChaosType.PACKET_LOSS || type == ChaosType.DUPLICATION;
    return both && !features().has(KernelFeatures.NETEM);
  }

  private KernelFeatures features() {
    if (features == null) {
      features = look.get();
    }
    return features;
  }
}
