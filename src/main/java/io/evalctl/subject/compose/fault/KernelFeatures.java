package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.error.EvalctlException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the kernel that containers run on can do to packets: tried out in a network of its own that
 * is gone afterwards.
 *
 * @param lacking why a feature is not there, by its name
 */
record KernelFeatures(Map<String, String> lacking) {
  static final String RULES = "rules";
  static final String SHARES = "statistic";
  static final String RESETS = "reject";
  static final String COPIES = "tee";
  static final String RULES_SIX = "rules6";
  static final String SHARES_SIX = "statistic6";
  static final String RESETS_SIX = "reject6";
  static final String COPIES_SIX = "tee6";
  static final String NETEM = "netem";
  static final String TBF = "tbf";

  private static final List<String> ALL =
      List.of(
          RULES, SHARES, RESETS, COPIES, RULES_SIX, SHARES_SIX, RESETS_SIX, COPIES_SIX, NETEM, TBF);

  private static final String SCRIPT =
      """
      try() {
        name=$1
        shift
        if said=$("$@" 2>&1); then
          echo "$name=ok"
        else
          echo "$name=$(printf %s "$said" | tr '\\n' ' ')"
        fi
      }
      try rules iptables -w 5 -A OUTPUT -p tcp --dport 9 -j DROP
      try statistic iptables -w 5 -A OUTPUT -m statistic --mode random --probability 0.5 -j DROP
      try reject iptables -w 5 -A INPUT -p tcp -j REJECT --reject-with tcp-reset
      try tee iptables -w 5 -t mangle -A POSTROUTING -j TEE --gateway 192.0.2.1
      try rules6 ip6tables -w 5 -A OUTPUT -p ipv6-icmp --icmpv6-type neighbour-solicitation -j RETURN
      try statistic6 ip6tables -w 5 -A OUTPUT -m statistic --mode random --probability 0.5 -j DROP
      try reject6 ip6tables -w 5 -A INPUT -p tcp -j REJECT --reject-with tcp-reset
      try tee6 ip6tables -w 5 -t mangle -A POSTROUTING -j TEE --gateway 2001:db8::1
      try netem tc qdisc add dev lo root netem delay 1ms
      tc qdisc del dev lo root 2>/dev/null
      try tbf tc qdisc add dev lo root tbf rate 1mbit burst 3200 latency 400ms
      :
      """;

  static KernelFeatures probe(NamespaceShell shell) {
    try {
      return parse(shell.runApart(SCRIPT));
    } catch (EvalctlException e) {
      Map<String, String> none = new LinkedHashMap<>();
      for (String feature : ALL) {
        none.put(feature, e.getMessage());
      }
      return new KernelFeatures(none);
    }
  }

  static KernelFeatures parse(ShellEnd end) {
    Map<String, String> lacking = new LinkedHashMap<>();
    for (String feature : ALL) {
      Optional<String> said =
          end.out()
              .lines()
              .filter(line -> line.startsWith(feature + "="))
              .map(line -> line.substring(feature.length() + 1).strip())
              .findFirst();
      String why = said.orElse(end.err().isBlank() ? "it could not be tried" : end.err().strip());
      if (!why.equals("ok")) {
        lacking.put(feature, explain(feature, why));
      }
    }
    return new KernelFeatures(lacking);
  }

  private static String explain(String feature, String why) {
    if (why.contains("not found") || why.contains("No such file")) {
      return feature.equals(NETEM) || feature.equals(TBF)
          ? "there is no tc on the engine's machine; install iproute2"
          : "there is no iptables on the engine's machine; install iptables";
    }
    return "this kernel has no %s (%s)"
        .formatted(feature.replaceFirst("(.*)6$", "$1 for IPv6"), why);
  }

  /**
   * What a fault of packets lacks to reach what goes by IPv6; left to itself, that would get
   * through as if there were no fault.
   */
  Optional<String> lackingForSix(ChaosType type) {
    return Optional.ofNullable(
        switch (type) {
          case NETWORK_PARTITION, ASYMMETRIC_PARTITION, PORT_BLOCK -> lacking.get(RULES_SIX);
          case PACKET_LOSS -> lacking.get(SHARES_SIX);
          case CONNECTION_RESET -> lacking.get(RESETS_SIX);
          case DUPLICATION -> lacking.get(COPIES_SIX);
          case NODE_KILL,
              LEADER_KILL,
              NODE_STOP,
              PROCESS_PAUSE,
              CONFIG_CORRUPTION,
              DATA_CORRUPTION,
              LATENCY,
              BANDWIDTH,
              DISK_PRESSURE,
              CPU_STARVATION,
              MEMORY_EXHAUSTION,
              NONE ->
              null;
        });
  }

  boolean has(String feature) {
    return !lacking.containsKey(feature);
  }
}
