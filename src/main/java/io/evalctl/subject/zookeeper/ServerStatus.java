package io.evalctl.subject.zookeeper;

import io.evalctl.clock.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The answer of a server that serves to the four-letter word {@code srvr} (ZooKeeper
 * Administrator's Guide, "The Four Letter Words").
 *
 * @param mode leader or follower
 * @param zxid last transaction, in hexadecimal with 0x
 * @param connections open client connections, the one that asks included
 * @param znodes how many znodes there are
 */
record ServerStatus(String mode, String zxid, int connections, int znodes) {

  /**
   * Asks several servers at the same time.
   *
   * @param ports of each, on 127.0.0.1
   * @return the state of each that serves and answers in time, in the same order
   */
  static Map<String, ServerStatus> ofServing(
      Map<String, Integer> ports, Duration limit, TimeSource time) {
    Map<String, ServerStatus> serving = new LinkedHashMap<>();
    ExchangeLoop.ask(ports, "srvr", limit, time)
        .forEach((node, answer) -> parse(answer).ifPresent(status -> serving.put(node, status)));
    return serving;
  }

  /** Empty when it is the answer of a server that does not serve. */
  static Optional<ServerStatus> parse(String answer) {
    Map<String, String> fields = new HashMap<>();
    answer
        .lines()
        .forEach(
            line -> {
              int colon = line.indexOf(": ");
              if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 2).strip());
              }
            });
    if (!fields.containsKey("Mode")) {
      return Optional.empty();
    }
    return Optional.of(
        new ServerStatus(
            fields.get("Mode"),
            fields.getOrDefault("Zxid", ""),
            number(fields.get("Connections")),
            number(fields.get("Node count"))));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
