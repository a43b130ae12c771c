package io.evalctl.chaos;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Every fault that evalctl knows; a subject offers some of them. */
public enum ChaosType {
  NODE_KILL(true, "SIGKILL to a node", ChaosParameter.RESTART_POLICY),
  LEADER_KILL(true, "SIGKILL to the leader", ChaosParameter.RESTART_POLICY),
  NODE_STOP(true, "orderly stop of a node (SIGTERM)"),
  PROCESS_PAUSE(true, "SIGSTOP to a node"),
  CONFIG_CORRUPTION(true, "a wrong value in a node's configuration, then SIGKILL"),
  NETWORK_PARTITION(
      false,
      "no traffic between some nodes; clients still reach them all",
      ChaosParameter.choice("kind", "isolate", "isolate", "halves", "ring", "bridge")),
  LATENCY(
      false,
      "a delay on every message of a node, each way, also to and from clients; on containers on what it sends",
      ChaosParameter.number("min_ms", 50, 1, 10_000),
      ChaosParameter.number("max_ms", 150, 1, 10_000)),
  NONE(true, "no fault at all"),
  ASYMMETRIC_PARTITION(false, "a node still hears the other nodes, but nothing of it reaches them"),
  DATA_CORRUPTION(
      true,
      "damage to the newest log or snapshot of a node, then SIGKILL",
      ChaosParameter.choice("kind", "bitflip", "bitflip", "truncate")),
  BANDWIDTH(
      false,
      "a cap on the rate of each link of a node, each way, also to and from clients; on containers on all that it sends",
      ChaosParameter.number("kbps", 16, 8, 100_000)),
  CONNECTION_RESET(
      false, "every connection of a node is reset again and again, also those of clients"),
  PACKET_LOSS(
      false,
      "a share of the packets that a node sends is lost, also to clients; by packet rules also of those it gets",
      ChaosParameter.number("percent", 30, 1, 100)),
  DUPLICATION(
      false,
      "a share of the packets that a node sends arrives twice",
      ChaosParameter.number("percent", 30, 1, 100)),
  PORT_BLOCK(
      false,
      "nothing reaches one port of a node (0: the lowest that its image exposes)",
      ChaosParameter.number("port", 0, 0, 65_535)),
  DISK_PRESSURE(
      false,
      "a file fills the disk of a node's data, up to what is to be left",
      ChaosParameter.number("mb", 256, 1, 1_048_576),
      ChaosParameter.number("leave_mb", 1024, 0, 1_048_576)),
  CPU_STARVATION(
      false,
      "a node gets a few percent of one processor",
      ChaosParameter.number("percent", 5, 1, 100)),
  MEMORY_EXHAUSTION(
      false,
      "a node gets little more memory than it uses just now",
      ChaosParameter.number("headroom_mb", 4, 1, 1_048_576));

  private final boolean mendable;
  private final String summary;
  private final List<ChaosParameter> parameters;

  ChaosType(boolean mendable, String summary, ChaosParameter... parameters) {
    this.mendable = mendable;
    this.summary = summary;
    this.parameters = List.of(parameters);
  }

  /**
   * Whether an operator can mend it. If not, it is environmental: it lasts for a set time and is
   * then lifted by evalctl.
   */
  public boolean mendable() {
    return mendable;
  }

  public String summary() {
    return summary;
  }

  public List<ChaosParameter> parameters() {
    return parameters;
  }

  /** The name as users write it and as it is stored: lower case with hyphens. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads a name; underscores serve for hyphens. */
  public static ChaosType parse(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
    return Arrays.stream(values())
        .filter(type -> type.label().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.UNKNOWN_CHAOS,
                    "there is no chaos type '" + text + "'",
                    "known types: "
                        + Arrays.stream(values())
                            .map(ChaosType::label)
                            .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return label();
  }
}
