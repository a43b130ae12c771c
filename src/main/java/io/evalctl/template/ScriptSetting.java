package io.evalctl.template;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement that sets what the JDBC driver lets nobody set: the encoding of the client, and how
 * dates are written. Evalctl reads scripts itself, so that the one is its own affair, and the other
 * counts for what is read alone.
 *
 * @param name {@code client_encoding} or {@code datestyle}
 * @param value null for the default
 * @param local whether it ends with the transaction
 */
record ScriptSetting(String name, String value, boolean local) {
  private static final String ENCODING = "client_encoding";

  private static final Pattern SET =
      Pattern.compile(
          "set\\s+(?<scope>session\\s+|local\\s+)?"
              + "(?:(?<name>\"?client_encoding\"?|\"?datestyle\"?)\\s*(?:=|\\bto\\b)|names\\b)"
              + "\\s*(?<value>.*?)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern SELECT =
      Pattern.compile(
          "select\\s+(?:pg_catalog\\s*\\.\\s*)?set_config\\s*\\(\\s*'(?<name>client_encoding|datestyle)'"
              + "\\s*,\\s*'(?<value>[^']*)'\\s*,\\s*(?<local>'?(?:t|true|on|f|false|off)'?)\\s*\\).*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern RESET =
      Pattern.compile(
          "(?:reset\\s+(?:client_encoding|all)|discard\\s+all)", Pattern.CASE_INSENSITIVE);

  /** Empty for any other statement. */
  static Optional<ScriptSetting> of(String sql) {
    String text = sql.strip();
    Matcher set = SET.matcher(text);
    if (set.matches()) {
      String name = set.group("name") == null ? ENCODING : set.group("name").replace("\"", "");
      String scope = set.group("scope") == null ? "" : set.group("scope").strip();
      String value = set.group("value").replaceAll("[\"']", "").strip();
      return setting(
          name,
          value.equalsIgnoreCase("default") || value.isEmpty() ? null : value,
          scope.equalsIgnoreCase("local"));
    }
    Matcher select = SELECT.matcher(text);
    if (select.matches()) {
      String local = select.group("local").replace("'", "").toLowerCase(Locale.ROOT);
      return setting(
          select.group("name"), select.group("value"), local.startsWith("t") || local.equals("on"));
    }
    return RESET.matcher(text).matches()
        ? Optional.of(new ScriptSetting(ENCODING, null, false))
        : Optional.empty();
  }

  boolean encoding() {
    return name.equals(ENCODING);
  }

  /** What to run in its place. */
  String iso(String sql) {
    return value == null
        ? sql
        : DateStyle.iso(value)
            .map(style -> "set " + (local ? "local " : "") + "datestyle to " + Sql.text(style))
            .orElse(sql);
  }

  private static Optional<ScriptSetting> setting(String name, String value, boolean local) {
    return Optional.of(new ScriptSetting(name.toLowerCase(Locale.ROOT), value, local));
  }
}
