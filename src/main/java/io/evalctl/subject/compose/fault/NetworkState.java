package io.evalctl.subject.compose.fault;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The packet rules and queues of a network, read by one script.
 *
 * @param foreign every rule, chain and queue that is not a fault's of ours; a table that lets
 *     everything pass is the same as none, and so are the kernel's own queue and the engine's own
 *     name server
 * @param packets for each chain of ours, how often each of its rules was met
 * @param queues every line of tc(8)
 */
record NetworkState(List<String> foreign, Map<String, List<Long>> packets, List<String> queues) {
  /** Prints the state. The rules of ip6tables are marked, for their chains' names are the same. */
  static final String SCRIPT =
      """
      iptables-save -c 2>/dev/null
      ip6tables-save -c 2>/dev/null | sed 's/^/6 /'
      tc -s qdisc show 2>/dev/null
      :
      """;

  /** Keeps the handles that we give apart from those that the kernel hands out, from 8001 on. */
  private static final Pattern QUEUE =
      Pattern.compile("qdisc (\\S+) ([0-9a-f]+): dev (\\S+) .*", Pattern.CASE_INSENSITIVE);

  private static final Pattern RULE = Pattern.compile("(6 )?\\[(\\d+):\\d+\\] -A (\\S+) .*");

  /** Rules for the engine's own name server, whose ports are new when the engine was restarted. */
  private static final Pattern NAME_SERVER =
      Pattern.compile(".*-A DOCKER_(OUTPUT|POSTROUTING) .*\\b127[.]0[.]0[.]11\\b.*");

  private static final Pattern OURS =
      Pattern.compile(".*(^|\\s|:)" + ChainRules.PREFIX + "\\S+(\\s.*|$)");

  static NetworkState parse(String out) {
    List<String> foreign = new ArrayList<>();
    List<String> table = new ArrayList<>();
    List<String> queues = new ArrayList<>();
    Map<String, List<Long>> packets = new HashMap<>();
    for (String line : out.lines().toList()) {
      Matcher rule = RULE.matcher(line);
      if (line.startsWith("qdisc ")) {
        queues.add(line.replaceAll(" refcnt \\d+", "").strip());
      } else if (line.startsWith(" Sent ") && !queues.isEmpty()) {
        queues.set(queues.size() - 1, queues.get(queues.size() - 1) + line);
      } else if (OURS.matcher(line).matches()) {
        if (rule.matches() && rule.group(3).startsWith(ChainRules.PREFIX)) {
          String six = rule.group(1) == null ? "" : "6 ";
          packets
              .computeIfAbsent(six + rule.group(3), chain -> new ArrayList<>())
              .add(Long.parseLong(rule.group(2)));
        } else if (line.contains(":" + ChainRules.PREFIX)) {
          String chain = line.replaceFirst(":(\\S+) .*", "$1");
          packets.computeIfAbsent(chain, name -> new ArrayList<>());
        }
      } else if (line.matches("(6 )?\\*.*")) {
        table.clear();
        table.add(line);
      } else if (line.matches("(6 )?COMMIT")) {
        if (table.stream().skip(1).anyMatch(kept -> !kept.matches("(6 )?:\\S+ ACCEPT"))) {
          foreign.addAll(table);
        }
      } else if (!line.matches("(6 )?#.*")
          && !line.isBlank()
          && !NAME_SERVER.matcher(line).matches()) {
        table.add(line.replaceFirst("\\[\\d+:\\d+\\] ", "").replaceFirst(" \\[\\d+:\\d+\\]$", ""));
      }
    }
    queues.stream()
        .filter(queue -> !isOurs(queue) && !isDefault(queue))
        .map(queue -> queue.replaceFirst(" Sent .*", "").strip())
        .forEach(foreign::add);
    return new NetworkState(
        List.copyOf(foreign), Collections.unmodifiableMap(packets), List.copyOf(queues));
  }

  /** The kernel puts it where nobody has put one, and takes it away where somebody does. */
  private static boolean isDefault(String queue) {
    return queue.matches("qdisc \\S+ 0: dev \\S+ root.*");
  }

  private static boolean isOurs(String queue) {
    Matcher matcher = QUEUE.matcher(queue);
    if (!matcher.matches()) {
      return false;
    }
    int handle = Integer.parseInt(matcher.group(2), 16);
    return handle >= QueueFaults.LEAST_HANDLE && handle <= QueueFaults.GREATEST_HANDLE;
  }

  /** The key of a chain in {@link #packets}. */
  static String key(ChainRules chain) {
    return (chain.program().equals("ip6tables") ? "6 " : "") + chain.chain();
  }

  /** The queue at the root of an interface, as tc tells it with its counters. */
  String root(String dev) {
    return queues.stream()
        .filter(queue -> queue.contains(" dev " + dev + " ") && queue.contains(" root"))
        .findFirst()
        .orElse("");
  }

  /**
   * What is only in one of two states, marked by - (only before) and +; empty when all is alike.
   */
  static String difference(List<String> before, List<String> after) {
    return Stream.concat(
            without(before, after).stream().map(line -> "-" + line),
            without(after, before).stream().map(line -> "+" + line))
        .collect(Collectors.joining("; "));
  }

  private static List<String> without(List<String> one, List<String> other) {
    List<String> left = new ArrayList<>(one);
    other.forEach(left::remove);
    return left;
  }
}
