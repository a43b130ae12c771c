package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;

/**
 * Limits by the engine's update of a container. A limit of processors can be taken back to none; a
 * limit of memory cannot (the engine takes 0 for "as it is", and refuses -1), so that a container
 * without one is refused. Exactly that limit is changed which is in force: the engine keeps
 * processors and quotas apart, and does not let one replace the other.
 */
final class EngineLimits {
  private static final long PERIOD_MICROS = 100_000;
  private static final long NANOS_PER_PERCENT = 10_000_000;
  private static final long MEGABYTE = 1 << 20;
  private static final long LEAST_MEMORY = 6 * MEGABYTE;

  private final Containers containers;

  EngineLimits(Containers containers) {
    this.containers = containers;
  }

  void plan(FaultRequest request, ContainerState state, ObjectNode node) {
    ContainerState.Limits limits = state.limits();
    if (request.type() == ChaosType.CPU_STARVATION) {
      boolean nano = limits.nanoCpus() > 0;
      long period = limits.cpuPeriod() > 0 ? limits.cpuPeriod() : PERIOD_MICROS;
      long percent = request.number("percent");
      node.put("file", nano ? "NanoCpus" : "CpuQuota")
          .put("before", Long.toString(nano ? limits.nanoCpus() : limits.cpuQuota()))
          .put(
              "during", Long.toString(nano ? percent * NANOS_PER_PERCENT : period * percent / 100));
      return;
    }
    if (limits.memory() == 0) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "container %s has no limit of memory, and the engine could not take one back to none"
              .formatted(state.name()),
          "run evalctl as root on the engine's machine, or give the service a mem_limit");
    }
    long during = Math.max(LEAST_MEMORY, request.number("headroom_mb") * MEGABYTE);
    if (during >= limits.memory()) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "container %s has no more than %d bytes of memory already"
              .formatted(state.name(), limits.memory()),
          "use a smaller headroom_mb");
    }
    node.put("file", "Memory")
        .put("before", Long.toString(limits.memory()))
        .put("during", Long.toString(during))
        .put("swapBefore", limits.memorySwap());
  }

  /**
   * @param which the field that holds the value: before or during
   */
  void set(ContainerState state, JsonNode node, String which) {
    long value = Long.parseLong(node.path(which).asText());
    long quota = value == 0 ? -1 : value;
    containers.update(
        state,
        command ->
            switch (node.path("file").asText()) {
              case "NanoCpus" -> command.withNanoCPUs(value);
              case "CpuQuota" -> command.withCpuQuota(quota);
              default ->
                  command
                      .withMemory(value)
                      .withMemorySwap(
                          which.equals("before") ? node.path("swapBefore").asLong() : value);
            });
  }

  boolean isSet(ContainerState state, JsonNode node, String which) {
    return tell(state, node).equals(node.path(which).asText());
  }

  String tell(ContainerState state, JsonNode node) {
    ContainerState.Limits limits = state.limits();
    return Long.toString(
        switch (node.path("file").asText()) {
          case "NanoCpus" -> limits.nanoCpus();
          case "CpuQuota" -> limits.cpuQuota();
          default -> limits.memory();
        });
  }
}
