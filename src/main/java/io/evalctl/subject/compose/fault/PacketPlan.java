package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.chaos.Link;
import io.evalctl.chaos.Partition;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Which rules a fault puts where, and what its witness sends.
 *
 * @param targets what the fault is said to hit
 * @param in what each node's network drops of what comes in, by program
 * @param out the same of what goes out
 * @param copies the rules that double what goes out
 * @param anyRule whether it is enough when one rule is met
 * @param port the one port that the witness tries, 0 for all that are open, -1 for datagrams alone
 */
record PacketPlan(
    List<String> targets,
    Map<String, Map<String, List<String>>> in,
    Map<String, Map<String, List<String>>> out,
    Map<String, Map<String, List<String>>> copies,
    boolean anyRule,
    int port) {
  private static final int DATAGRAMS_ONLY = -1;
  private static final int ANY_OPEN_PORT = 0;
  private static final int DATAGRAMS = 40;
  private static final String NO_LOOPBACK_IN = "! -i lo ";
  private static final String NO_LOOPBACK_OUT = "! -o lo ";

  /**
   * Neighbours of IPv6 look for each other by packets that rules see (RFC 4861), which those of
   * IPv4 do not. Without them the way back of a link that is cut one way would be lost as well.
   */
  private static final List<String> NEIGHBOURS =
      List.of(
          "-p ipv6-icmp --icmpv6-type neighbour-solicitation" + ChainRules.EXCEPTION,
          "-p ipv6-icmp --icmpv6-type neighbour-advertisement" + ChainRules.EXCEPTION);

  private static PacketPlan of(List<String> targets, boolean anyRule, int port) {
    return new PacketPlan(
        targets,
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        anyRule,
        port);
  }

  private static void add(
      Map<String, Map<String, List<String>>> to, String node, String program, String rule) {
    to.computeIfAbsent(node, name -> new LinkedHashMap<>())
        .computeIfAbsent(
            program, name -> new ArrayList<>(name.equals(ChainRules.SIX) ? NEIGHBOURS : List.of()))
        .add(rule);
  }

  static PacketPlan partition(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    List<String> nodes = site.scope().drawOrder();
    Partition partition =
        request.type() == ChaosType.ASYMMETRIC_PARTITION
            ? Partition.oneWay(target.node(), nodes)
            : Partition.of(request.parameters().get("kind"), target.node(), nodes, random);
    PacketPlan plan = of(partition.targets(), false, DATAGRAMS_ONLY);
    Map<String, List<String>> addresses = site.addresses();
    Set<String> hosts = hosts(partition, nodes);
    for (Link cut : partition.cut()) {
      if (hosts.contains(cut.from())) {
        for (String address : addresses.get(cut.to())) {
          add(
              plan.out,
              cut.from(),
              ChainRules.program(address),
              "-d %s -j DROP".formatted(address));
        }
      } else if (hosts.contains(cut.to())) {
        // Not at both ends: a rule that nothing can reach would never be seen to be met.
        for (String address : addresses.get(cut.from())) {
          add(plan.in, cut.to(), ChainRules.program(address), "-s %s -j DROP".formatted(address));
        }
      }
    }
    return plan;
  }

  /** As few nodes as it takes for every cut link to begin or end at one of them. */
  static Set<String> hosts(Partition partition, List<String> nodes) {
    Set<String> hosts = new LinkedHashSet<>(partition.targets());
    Set<Link> left = new LinkedHashSet<>(partition.cut());
    left.removeIf(link -> hosts.contains(link.from()) || hosts.contains(link.to()));
    if (!left.isEmpty()) {
      hosts.clear();
      left.addAll(partition.cut());
    }
    while (!left.isEmpty()) {
      String most = nodes.get(0);
      for (String node : nodes) {
        most = touching(node, left) > touching(most, left) ? node : most;
      }
      String host = most;
      hosts.add(host);
      left.removeIf(link -> link.from().equals(host) || link.to().equals(host));
    }
    return hosts;
  }

  private static long touching(String node, Set<Link> links) {
    return links.stream()
        .filter(link -> link.from().equals(node) || link.to().equals(node))
        .count();
  }

  static PacketPlan loss(FaultRequest request, Target target, FaultSite site) {
    PacketPlan plan = of(List.of(target.node()), false, DATAGRAMS_ONLY);
    String share = share(request) + " -j DROP";
    for (String program : programs(target, site)) {
      add(plan.in, target.node(), program, NO_LOOPBACK_IN + share);
      add(plan.out, target.node(), program, NO_LOOPBACK_OUT + share);
    }
    return plan;
  }

  /** The target TEE sends a copy of a packet to a neighbour; to whom the packet goes anyway. */
  static PacketPlan duplication(FaultRequest request, Target target, FaultSite site) {
    PacketPlan plan = of(List.of(target.node()), false, DATAGRAMS_ONLY);
    site.addresses()
        .forEach(
            (node, addresses) -> {
              if (!node.equals(target.node())) {
                for (String address : addresses) {
                  add(
                      plan.copies,
                      target.node(),
                      ChainRules.program(address),
                      "-d %1$s %2$s -j TEE --gateway %1$s".formatted(address, share(request)));
                }
              }
            });
    return plan;
  }

  private static List<String> programs(Target target, FaultSite site) {
    return site.addresses().get(target.node()).stream()
        .map(ChainRules::program)
        .distinct()
        .toList();
  }

  private static String share(FaultRequest request) {
    return String.format(
        Locale.ROOT,
        "-m statistic --mode random --probability %.2f",
        request.number("percent") / 100.0);
  }

  static PacketPlan portBlock(FaultRequest request, Target target, FaultSite site) {
    int asked = (int) request.number("port");
    int port =
        asked != 0
            ? asked
            : site.require(target.node())
                .tcpPort()
                .orElseThrow(
                    () ->
                        new EvalctlException(
                            ErrorCode.UNKNOWN_PARAMETER,
                            "the image of %s exposes no port".formatted(target.node()),
                            "say which one to block: --param port=2379"));
    PacketPlan plan = of(List.of(target.node()), true, port);
    for (String program : programs(target, site)) {
      for (String protocol : List.of("tcp", "udp")) {
        add(
            plan.in,
            target.node(),
            program,
            NO_LOOPBACK_IN + "-p %s --dport %d -j DROP".formatted(protocol, port));
      }
    }
    return plan;
  }

  /** A connection may open; the first data on it, whichever way, resets it. */
  static PacketPlan reset(Target target, FaultSite site) {
    PacketPlan plan = of(List.of(target.node()), true, ANY_OPEN_PORT);
    String data = "-p tcp --tcp-flags SYN,PSH PSH -j REJECT --reject-with tcp-reset";
    for (String program : programs(target, site)) {
      add(plan.in, target.node(), program, NO_LOOPBACK_IN + data);
      add(plan.out, target.node(), program, NO_LOOPBACK_OUT + data);
    }
    return plan;
  }

  /** The chains for each node that gets some. */
  Map<String, List<ChainRules>> chains(String tag) {
    Map<String, List<ChainRules>> all = new LinkedHashMap<>();
    in.forEach(
        (node, programs) ->
            programs.forEach(
                (program, rules) -> of(all, node).add(ChainRules.in(program, tag, rules))));
    out.forEach(
        (node, programs) ->
            programs.forEach(
                (program, rules) -> of(all, node).add(ChainRules.out(program, tag, rules))));
    copies.forEach(
        (node, programs) ->
            programs.forEach(
                (program, rules) ->
                    of(all, node)
                        .add(new ChainRules(program, "mangle", "POSTROUTING", tag + "-c", rules))));
    return all;
  }

  private static List<ChainRules> of(Map<String, List<ChainRules>> all, String node) {
    return all.computeIfAbsent(node, name -> new ArrayList<>());
  }

  /** What the witness sends: from each node with rules to all others, and from those to it. */
  void probes(ObjectNode metadata, FaultSite site, Networks networks) {
    Map<String, List<String>> addresses = site.addresses();
    Set<String> hosts = chains("").keySet();
    Set<String> tried = new LinkedHashSet<>();
    int count = anyRule || copies.isEmpty() && !shares() ? 1 : DATAGRAMS;
    for (String node : site.scope().nodes()) {
      if (addresses.get(node).isEmpty()) {
        continue;
      }
      List<String> others = new ArrayList<>();
      addresses.forEach(
          (other, its) -> {
            if (!other.equals(node) && (hosts.contains(node) || hosts.contains(other))) {
              others.addAll(its);
            }
          });
      StringBuilder script = new StringBuilder(Networks.datagrams(others, count));
      if (port != DATAGRAMS_ONLY && !hosts.contains(node)) {
        for (String host : hosts) {
          OpenPorts open = port == ANY_OPEN_PORT ? openPorts(site.require(host), networks) : null;
          for (String address : addresses.get(host)) {
            List<Integer> ports = open == null ? List.of(port) : open.at(address);
            if (!ports.isEmpty()) {
              tried.add(ChainRules.program(address));
              script.append(Networks.connections(address, ports));
            }
          }
        }
      }
      site.containers()
          .find(site.scope().containers().get(node))
          .ifPresent(state -> Networks.probe(metadata, state, script.toString()));
    }
    tried.forEach(metadata.withArray("countedBy")::add);
  }

  private boolean shares() {
    return in.values().stream()
        .flatMap(programs -> programs.values().stream())
        .flatMap(List::stream)
        .anyMatch(rule -> rule.contains("statistic"));
  }

  private static OpenPorts openPorts(ContainerState state, Networks networks) {
    return OpenPorts.parse(
        networks.run(state, "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; :").out());
  }
}
