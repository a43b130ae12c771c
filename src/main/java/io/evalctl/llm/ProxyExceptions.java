package io.evalctl.llm;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The servers that {@code NO_PROXY} takes out: host names with all below them ({@code
 * corp.example}, {@code .corp.example}, {@code *.corp.example}), addresses, networks ({@code
 * 10.0.0.0/8}), each with a port if need be, and {@code *} for all. No name is looked up.
 * Immutable.
 */
final class ProxyExceptions {
  private static final Pattern WITH_PORT = Pattern.compile("(\\[.*]|[^:]*):(\\d{1,5})");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");

  /**
   * @param port null for any
   */
  private record Entry(String host, Integer port) {}

  private final List<Entry> all;

  private ProxyExceptions(List<Entry> all) {
    this.all = all;
  }

  static ProxyExceptions parse(String list) {
    return new ProxyExceptions(
        Stream.of(list.toLowerCase(Locale.ROOT).split("[,;\\s]+"))
            .filter(entry -> !entry.isEmpty())
            .map(ProxyExceptions::entry)
            .toList());
  }

  private static Entry entry(String text) {
    Matcher port = WITH_PORT.matcher(text);
    return port.matches()
        ? new Entry(bare(port.group(1)), Integer.valueOf(port.group(2)))
        : new Entry(bare(text), null);
  }

  private static String bare(String host) {
    return host.replaceFirst("^\\[(.*)]", "$1")
        .replaceFirst("^\\*?\\.", "")
        .replaceFirst("\\.$", "");
  }

  boolean contain(URI target) {
    String host = bare(target.getHost().toLowerCase(Locale.ROOT));
    int port =
        target.getPort() >= 0
            ? target.getPort()
            : target.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    return all.stream()
        .anyMatch(
            each -> (each.port() == null || each.port() == port) && matches(each.host(), host));
  }

  private static boolean matches(String pattern, String host) {
    if (pattern.equals("*")) {
      return true;
    }
    byte[] address = address(host);
    if (address == null) {
      return host.equals(pattern) || host.endsWith("." + pattern);
    }
    int slash = pattern.indexOf('/');
    byte[] network = address(slash < 0 ? pattern : pattern.substring(0, slash));
    if (network == null || network.length != address.length) {
      return false;
    }
    int bits = 8 * address.length;
    int kept = slash < 0 ? bits : prefixLength(pattern.substring(slash + 1), bits);
    return kept >= 0
        && new BigInteger(1, address)
            .xor(new BigInteger(1, network))
            .shiftRight(bits - kept)
            .equals(BigInteger.ZERO);
  }

  private static int prefixLength(String text, int most) {
    int length = text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    return length > most ? -1 : length;
  }

  /** Whether a host is this machine, as far as its name or address tells. */
  static boolean loopback(String host) {
    String name = bare(host.toLowerCase(Locale.ROOT));
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || matches("127.0.0.0/8", name)
        || matches("::1", name);
  }

  /** The bytes of an address in numbers; null for a name. */
  private static byte[] address(String text) {
    try {
      return ADDRESS.matcher(text).matches() ? InetAddress.getByName(text).getAddress() : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
