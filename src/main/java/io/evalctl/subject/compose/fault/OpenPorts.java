package io.evalctl.subject.compose.fault;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The TCP ports at which a container listens for others, a few of each family (proc(5),
 * /proc/net/tcp and tcp6).
 */
record OpenPorts(List<Integer> four, List<Integer> six) {
  private static final int MOST = 3;
  private static final String LISTENING = "0A";
  private static final int SIX_DIGITS = 32;
  private static final String LOOPBACK_FOUR = "0100007F";
  private static final String LOOPBACK_SIX = "00000000000000000000000001000000";
  private static final String ANY_SIX = "0".repeat(SIX_DIGITS);

  /** IPv4 in the clothes of IPv6 (RFC 4291, 2.5.5.2), as this kernel file writes it. */
  private static final String MAPPED = "0000000000000000FFFF0000";

  OpenPorts {
    four = List.copyOf(four);
    six = List.copyOf(six);
  }

  static OpenPorts parse(String files) {
    Set<Integer> four = new LinkedHashSet<>();
    Set<Integer> six = new LinkedHashSet<>();
    for (String line : files.lines().toList()) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length > 3 && fields[3].equals(LISTENING)) {
        String[] place = fields[1].split(":");
        String address = place[0];
        int port = Integer.parseInt(place[1], 16);
        boolean mapped = address.startsWith(MAPPED);
        boolean old = mapped || address.length() < SIX_DIGITS;
        boolean loopback = old ? address.endsWith(LOOPBACK_FOUR) : address.equals(LOOPBACK_SIX);
        if (!loopback) {
          // Who listens at every address of IPv6 takes IPv4 as well, unless told otherwise.
          if (old || address.equals(ANY_SIX)) {
            four.add(port);
          }
          if (!old) {
            six.add(port);
          }
        }
      }
    }
    return new OpenPorts(first(four), first(six));
  }

  private static List<Integer> first(Set<Integer> ports) {
    return ports.stream().limit(MOST).toList();
  }

  /** Those of an address's family. */
  List<Integer> at(String address) {
    return address.contains(":") ? six : four;
  }
}
