package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A chain of our own with its rules, entered before every other rule of one of the kernel's chains
 * (iptables(8)). Its name is the run's, so that it can be told from all others.
 *
 * @param program iptables or ip6tables
 * @param table filter or mangle
 * @param base the kernel's chain: INPUT, OUTPUT, POSTROUTING
 * @param rules each without the chain's name: {@code -s 10.0.0.3 -j DROP}
 */
record ChainRules(String program, String table, String base, String chain, List<String> rules) {
  /** The most characters iptables takes for a chain's name is 28. */
  static final String PREFIX = "evc-";

  static final String SIX = "ip6tables";

  /** The end of a rule that takes packets out of the fault; no packet needs to meet it. */
  static final String EXCEPTION = " -j RETURN";

  private static final String REMOVE =
      """
      remove() {
        "$1" -w 5 -t "$2" -S "$4" >/dev/null 2>&1 || return 0
        while "$1" -w 5 -t "$2" -D "$3" -j "$4" 2>/dev/null; do :; done
        "$1" -w 5 -t "$2" -F "$4" && "$1" -w 5 -t "$2" -X "$4"
      }
      """;

  ChainRules {
    rules = List.copyOf(rules);
  }

  static ChainRules in(String program, String tag, List<String> rules) {
    return new ChainRules(program, "filter", "INPUT", tag + "-i", rules);
  }

  static ChainRules out(String program, String tag, List<String> rules) {
    return new ChainRules(program, "filter", "OUTPUT", tag + "-o", rules);
  }

  /** iptables speaks for IPv4 alone. */
  static String program(String address) {
    return address.contains(":") ? SIX : "iptables";
  }

  /** Whether a fault has rules for IPv6. */
  static boolean anySix(JsonNode metadata) {
    return Struck.all(metadata).stream()
        .flatMap(struck -> read(struck.json()).stream())
        .anyMatch(chain -> chain.program().equals(SIX));
  }

  /** A script that puts all of them in; those of one program and table in one step. */
  static String insertion(List<ChainRules> all) {
    StringBuilder script = new StringBuilder("set -e\n");
    for (ChainRules each : all) {
      script
          .append(each.program)
          .append("-restore --noflush -w 5 <<'RULES'\n*")
          .append(each.table)
          .append("\n:")
          .append(each.chain)
          .append(" - [0:0]\n");
      each.rules.forEach(
          rule -> script.append("-A ").append(each.chain).append(' ').append(rule).append('\n'));
      script
          .append("-I ")
          .append(each.base)
          .append(" 1 -j ")
          .append(each.chain)
          .append("\nCOMMIT\nRULES\n");
    }
    return script.toString();
  }

  /** A script that removes those that are there, with the jumps to them, and nothing else. */
  static String removal(List<ChainRules> all) {
    return all.stream()
        .map(
            each ->
                "remove %s %s %s %s || failed=1"
                    .formatted(each.program, each.table, each.base, each.chain))
        .collect(Collectors.joining("\n", REMOVE, "\nexit ${failed:-0}\n"));
  }

  static void write(List<ChainRules> all, ObjectNode json) {
    ArrayNode chains = json.putArray("chains");
    for (ChainRules each : all) {
      ArrayNode rules =
          chains
              .addObject()
              .put("program", each.program)
              .put("table", each.table)
              .put("base", each.base)
              .put("chain", each.chain)
              .putArray("rules");
      each.rules.forEach(rules::add);
    }
  }

  static List<ChainRules> read(JsonNode json) {
    List<ChainRules> all = new ArrayList<>();
    for (JsonNode chain : json.path("chains")) {
      List<String> rules = new ArrayList<>();
      chain.path("rules").forEach(rule -> rules.add(rule.asText()));
      all.add(
          new ChainRules(
              chain.path("program").asText(),
              chain.path("table").asText(),
              chain.path("base").asText(),
              chain.path("chain").asText(),
              rules));
    }
    return all;
  }
}
