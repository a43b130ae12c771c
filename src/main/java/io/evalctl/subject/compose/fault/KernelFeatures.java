package io.evalctl.subject.compose.fault;

import io.evalctl.error.EvalctlException;
import java.util.LinkedHashMap;
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
  static final String NETEM = "netem";
  static final String TBF = "tbf";

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
      for (String feature : new String[] {RULES, SHARES, RESETS, COPIES, NETEM, TBF}) {
        none.put(feature, e.getMessage());
      }
      return new KernelFeatures(none);
    }
  }

  static KernelFeatures parse(ShellEnd end) {
    Map<String, String> lacking = new LinkedHashMap<>();
    for (String feature : new String[] {RULES, SHARES, RESETS, COPIES, NETEM, TBF}) {
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
    return "this kernel has no %s (%s)".formatted(feature, why);
  }

  boolean has(String feature) {
    return !lacking.containsKey(feature);
  }
}
