package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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

  /**
   * @param what where the URL comes from, for messages
   * @throws EvalctlException USAGE
   */
  static ServerAddress parse(String what, String url, Map<String, String> environment) {
    if (!looksLikeOne(url)) {
      throw EvalctlException.usage(
          what + " holds no PostgreSQL URL",
          "its form is postgresql://user:password@host:5432/database");
    }
    boolean jdbc = url.toLowerCase(Locale.ROOT).startsWith(JDBC);
    String rest = url.substring(url.indexOf("://") + 3);
    int question = rest.indexOf('?');
    // A question mark in a password that was not encoded comes before the last @.
    if (question >= 0 && rest.lastIndexOf('@') > question && !jdbc) {
      throw EvalctlException.usage(
          what + " holds a user or password that is not percent-encoded",
          "write ? as %3F, @ as %40, : as %3A, / as %2F and % as %25");
    }
    String query = question < 0 ? "" : rest.substring(question + 1);
    String place = question < 0 ? rest : rest.substring(0, question);
    int slash = place.indexOf('/', Math.max(0, place.lastIndexOf('@')));
    String authority = slash < 0 ? place : place.substring(0, slash);
    String database = slash < 0 ? "" : decode(what, place.substring(slash + 1));
    int at = authority.lastIndexOf('@');
    String user = null;
    String password = null;
    if (at >= 0) {
      String info = authority.substring(0, at);
      int colon = info.indexOf(':');
      user = decode(what, colon < 0 ? info : info.substring(0, colon));
      password = colon < 0 ? null : decode(what, info.substring(colon + 1));
    }
    Map<String, String> parameters = new HashMap<>();
    for (String part : query.split("&")) {
      int equals = part.indexOf('=');
      if (part.isEmpty()) {
        continue;
      }
      String name = decode(what, equals < 0 ? part : part.substring(0, equals));
      String value = equals < 0 ? "" : decode(what, part.substring(equals + 1));
      switch (name) {
        case "user" -> user = value;
        case "password" -> password = value;
        default -> parameters.put(jdbc ? name : property(what, name), value);
      }
    }
    String person = user == null || user.isEmpty() ? fallbackUser(environment) : user;
    return at(what, authority.substring(at + 1), database, person, password, parameters);
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

  private static ServerAddress at(
      String what,
      String place,
      String database,
      String user,
      String password,
      Map<String, String> parameters) {
    if (place.contains(",")) {
      throw EvalctlException.usage(what + " names several hosts", "name the one that takes writes");
    }
    int close = place.startsWith("[") ? place.indexOf(']') : -1;
    int colon = place.indexOf(':', Math.max(close, 0));
    String host = colon < 0 ? place : place.substring(0, colon);
    if (close > 0) {
      host = place.substring(1, close);
    }
    host = decode(what, host);
    if (host.startsWith("/")) {
      throw EvalctlException.usage(
          what + " names a socket directory, which the JDBC driver cannot use",
          "name the host, as localhost");
    }
    return new ServerAddress(
        host.isEmpty() ? "localhost" : host,
        colon < 0 ? 5432 : port(what, place.substring(colon + 1)),
        database.isEmpty() ? user : database,
        user,
        password,
        parameters);
  }

  private static String fallbackUser(Map<String, String> environment) {
    String user = environment.getOrDefault("PGUSER", "");
    return user.isEmpty() ? System.getProperty("user.name") : user;
  }

  private static String property(String what, String name) {
    return ConnectionParameter.ofLibpq(name)
        .map(ConnectionParameter::property)
        .orElseThrow(
            () ->
                EvalctlException.usage(
                    what + " has the parameter '" + name + "', which evalctl does not know",
                    "leave it out, or use a jdbc:postgresql:// URL for the driver's own ones"));
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
