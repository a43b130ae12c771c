package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads connection URLs: {@code postgres://}, {@code postgresql://} (libpq, section 34.1.1.2 of
 * PostgreSQL's manual) and {@code jdbc:postgresql://}. Its errors never repeat the URL, which may
 * hold a password.
 */
final class ServerUrl {
  private static final String JDBC = "jdbc:postgresql://";

  private ServerUrl() {}

  static boolean looksLikeOne(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("postgres://")
        || lower.startsWith("postgresql://")
        || lower.startsWith(JDBC);
  }

  static boolean isJdbc(String url) {
    return url.toLowerCase(Locale.ROOT).startsWith(JDBC);
  }

  /**
   * The settings that a URL names, by libpq's keywords, and those of the driver by its own.
   *
   * @param what where the URL comes from, for messages
   * @throws EvalctlException USAGE
   */
  static Map<String, String> read(String what, String url) {
    if (!looksLikeOne(url)) {
      throw EvalctlException.usage(
          what + " holds no PostgreSQL URL",
          "its form is postgresql://user:password@host:5432/database");
    }
    String rest = url.substring(url.indexOf("://") + 3);
    int question = rest.indexOf('?');
    // A question mark in a password that was not encoded comes before the last @.
    if (question >= 0 && rest.lastIndexOf('@') > question && !isJdbc(url)) {
      throw EvalctlException.usage(
          what + " holds a user or password that is not percent-encoded",
          "write ? as %3F, @ as %40, : as %3A, / as %2F and % as %25");
    }
    String query = question < 0 ? "" : rest.substring(question + 1);
    String place = question < 0 ? rest : rest.substring(0, question);
    int slash = place.indexOf('/', Math.max(0, place.lastIndexOf('@')));
    String authority = slash < 0 ? place : place.substring(0, slash);
    Map<String, String> settings = new HashMap<>();
    put(settings, "dbname", slash < 0 ? "" : decode(what, place.substring(slash + 1)));
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      String info = authority.substring(0, at);
      int colon = info.indexOf(':');
      put(settings, "user", decode(what, colon < 0 ? info : info.substring(0, colon)));
      put(settings, "password", colon < 0 ? "" : decode(what, info.substring(colon + 1)));
    }
    places(what, authority.substring(at + 1), settings);
    for (String part : query.split("&")) {
      int equals = part.indexOf('=');
      if (!part.isEmpty()) {
        settings.put(
            decode(what, equals < 0 ? part : part.substring(0, equals)),
            equals < 0 ? "" : decode(what, part.substring(equals + 1)));
      }
    }
    return settings;
  }

  /** Hosts with their ports, separated by commas. */
  private static void places(String what, String authority, Map<String, String> settings) {
    List<String> hosts = new ArrayList<>();
    List<String> ports = new ArrayList<>();
    for (String place : authority.split(",", -1)) {
      int close = place.startsWith("[") ? place.indexOf(']') : -1;
      int colon = place.indexOf(':', Math.max(close, 0));
      String host = colon < 0 ? place : place.substring(0, colon);
      hosts.add(decode(what, close > 0 ? place.substring(1, close) : host));
      ports.add(colon < 0 ? "" : place.substring(colon + 1));
    }
    put(settings, "host", hosts.equals(List.of("")) ? "" : String.join(",", hosts));
    put(settings, "port", ports.stream().allMatch(String::isEmpty) ? "" : String.join(",", ports));
  }

  private static void put(Map<String, String> settings, String keyword, String value) {
    if (!value.isEmpty()) {
      settings.put(keyword, value);
    }
  }

  static int port(String what, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw EvalctlException.usage(what + " names no port from 1 to 65535", null);
  }

  /** A plus sign stays one, unlike in HTML forms. */
  private static String decode(String what, String text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 4);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        int end = Character.isHighSurrogate(c) && i + 1 < text.length() ? i + 2 : i + 1;
        bytes.put(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
        i = end - 1;
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0 || high * 16 + low == 0) {
        throw EvalctlException.usage(
            what + " holds a percent sign that encodes nothing",
            "in a user or password write % as %25, @ as %40, : as %3A and / as %2F");
      }
      bytes.put((byte) (high * 16 + low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw EvalctlException.usage(what + " holds percent-encoded bytes that are no UTF-8", null);
    }
  }
}
