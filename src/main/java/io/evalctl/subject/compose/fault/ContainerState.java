package io.evalctl.subject.compose.fault;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import io.evalctl.process.ProcessIdentity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container as the engine describes it at one moment.
 *
 * @param project the Compose project it belongs to, or empty
 * @param pid its first process, by the numbers of the engine's machine; 0 when it does not run
 * @param restartPolicy such as no, always, on-failure:3
 * @param exitStatus of its last end
 * @param networkMode such as bridge, host, container:ID
 * @param addresses its own on every network, IPv4 and IPv6
 * @param tcpPort the lowest TCP port that its image exposes
 */
record ContainerState(
    String id,
    String name,
    String project,
    boolean running,
    boolean paused,
    boolean outOfMemory,
    long exitStatus,
    long pid,
    String startedAt,
    String restartPolicy,
    Limits limits,
    String networkMode,
    List<String> addresses,
    OptionalInt tcpPort,
    List<Mount> mounts) {
  private static final String PROJECT = "com.docker.compose.project";

  /**
   * Limits as the engine keeps them; 0 means none.
   *
   * @param nanoCpus processors in units of 1e-9
   * @param cpuQuota microseconds in each period
   * @param memory bytes
   * @param memorySwap bytes of memory and swap together
   */
  record Limits(long nanoCpus, long cpuPeriod, long cpuQuota, long memory, long memorySwap) {
    static Limits of(HostConfig config) {
      return new Limits(
          positive(config.getNanoCPUs()),
          positive(config.getCpuPeriod()),
          positive(config.getCpuQuota()),
          positive(config.getMemory()),
          positive(config.getMemorySwap()));
    }

    /** The engine takes 0 and -1 alike for no limit. */
    private static long positive(Long value) {
      return value == null ? 0 : Math.max(0, value);
    }
  }

  /**
   * A place of the container that lies elsewhere.
   *
   * @param source on the engine's machine; empty for one in memory
   * @param volume whether it is a volume of the engine's, not a place of somebody else's
   */
  record Mount(String source, String destination, boolean writable, boolean volume) {}

  static ContainerState of(InspectContainerResponse found) {
    var state = found.getState();
    Map<String, String> labels = found.getConfig().getLabels();
    return new ContainerState(
        found.getId(),
        found.getName().replaceFirst("^/", ""),
        labels == null ? "" : labels.getOrDefault(PROJECT, ""),
        runs(state),
        Boolean.TRUE.equals(state.getPaused()),
        Boolean.TRUE.equals(state.getOOMKilled()),
        state.getExitCodeLong() == null ? 0 : state.getExitCodeLong(),
        state.getPidLong() == null ? 0 : state.getPidLong(),
        Objects.toString(state.getStartedAt(), ""),
        text(found.getHostConfig().getRestartPolicy()),
        Limits.of(found.getHostConfig()),
        Objects.toString(found.getHostConfig().getNetworkMode(), ""),
        addresses(found.getNetworkSettings().getNetworks().values()),
        lowestPort(found.getConfig().getExposedPorts()),
        mounts(found.getMounts()));
  }

  /** The engine says that one runs which it is about to start again; that has no process yet. */
  private static boolean runs(InspectContainerResponse.ContainerState state) {
    return Boolean.TRUE.equals(state.getRunning()) && !Boolean.TRUE.equals(state.getRestarting());
  }

  /** Whether its network is not its own: the machine's, or another container's. */
  boolean sharesNetwork() {
    return networkMode.equals("host") || networkMode.startsWith("container:");
  }

  /** Its first process as a process of this machine, if it is one. */
  Optional<ProcessIdentity> process() {
    return pid == 0 ? Optional.empty() : ProcessIdentity.of(pid);
  }

  static String text(RestartPolicy policy) {
    String name = policy == null ? "" : Objects.toString(policy.getName(), "");
    if (name.isEmpty()) {
      return "no";
    }
    return policy.getMaximumRetryCount() == null || policy.getMaximumRetryCount() == 0
        ? name
        : name + ":" + policy.getMaximumRetryCount();
  }

  private static List<String> addresses(Collection<ContainerNetwork> networks) {
    List<String> found = new ArrayList<>();
    for (ContainerNetwork network : networks) {
      for (String address : Arrays.asList(network.getIpAddress(), network.getGlobalIPv6Address())) {
        if (address != null && !address.isEmpty()) {
          found.add(address);
        }
      }
    }
    return found;
  }

  private static OptionalInt lowestPort(ExposedPort[] ports) {
    return ports == null
        ? OptionalInt.empty()
        : Arrays.stream(ports)
            .filter(port -> port.getProtocol().toString().equals("tcp"))
            .mapToInt(ExposedPort::getPort)
            .min();
  }

  private static List<Mount> mounts(List<InspectContainerResponse.Mount> mounts) {
    return mounts == null
        ? List.of()
        : mounts.stream()
            .map(
                mount ->
                    new Mount(
                        Objects.toString(mount.getSource(), ""),
                        mount.getDestination() == null ? "" : mount.getDestination().getPath(),
                        !Boolean.FALSE.equals(mount.getRW()),
                        mount.getName() != null && !mount.getName().isEmpty()))
            .toList();
  }
}
