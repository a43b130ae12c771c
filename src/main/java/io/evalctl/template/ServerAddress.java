package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.Driver;

/**
 * Where a PostgreSQL server is, and who we are there. Immutable and thread-safe; its text never
 * holds the password.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param database the one the user named; clones have names of their own
 * @param password null when the driver is to find one itself (a password file), or none is needed
 * @param parameters the driver's connection properties by their JDBC names
 */
public record ServerAddress(
    String host,
    int port,
    String database,
    String user,
    String password,
    Map<String, String> parameters) {
  private static final String CONNECT_TIMEOUT_SECONDS = "10";

  public ServerAddress {
    parameters = Map.copyOf(parameters);
  }

  ServerAddress withPassword(String other) {
    return new ServerAddress(host, port, database, user, other, parameters);
  }

  /** {@code host:port}, for messages. */
  public String label() {
    return bracketed() + ":" + port;
  }

  /** As {@code jdbc:postgresql://} with user and password in it. */
  public String jdbcUrl(String name) {
    Map<String, String> all = new TreeMap<>(parameters);
    all.put("user", user);
    if (password != null) {
      all.put("password", password);
    }
    return "jdbc:postgresql://" + label() + "/" + encode(name) + "?" + query(all);
  }

  /** As {@code postgres://} in libpq's form; user and password are percent-encoded. */
  public String databaseUrl(String name) {
    Map<String, String> known = new TreeMap<>();
    parameters.forEach(
        (property, value) ->
            ConnectionParameter.ofProperty(property)
                .ifPresent(parameter -> known.put(parameter.libpq(), value)));
    return "postgresql://"
        + encode(user)
        + (password == null ? "" : ":" + encode(password))
        + "@"
        + label()
        + "/"
        + encode(name)
        + (known.isEmpty() ? "" : "?" + query(known));
  }

  /** {@code DATABASE_URL} and libpq's variables. */
  public Map<String, String> environment(String name) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("DATABASE_URL", databaseUrl(name));
    variables.put("PGHOST", host);
    variables.put("PGPORT", Integer.toString(port));
    variables.put("PGUSER", user);
    if (password != null) {
      variables.put("PGPASSWORD", password);
    }
    variables.put("PGDATABASE", name);
    parameters.forEach(
        (property, value) ->
            ConnectionParameter.ofProperty(property)
                .ifPresent(parameter -> variables.put(parameter.variable(), value)));
    return variables;
  }

  /** A new connection to one of the server's databases. */
  Connection open(String name) throws SQLException {
    return open(name, Map.of());
  }

  /** For our own work: the limits that a database sets are for those who work in it. */
  Connection unlimited(String name) throws SQLException {
    Connection connection = open(name);
    try {
      Sql.run(connection, "set statement_timeout = 0; set lock_timeout = 0");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A new connection with more of the driver's properties. */
  Connection open(String name, Map<String, String> more) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "evalctl");
    parameters.forEach(properties::setProperty);
    more.forEach(properties::setProperty);
    // The other one ends with the TCP handshake, which a server that hangs still does.
    properties.setProperty("loginTimeout", properties.getProperty("connectTimeout"));
    properties.setProperty("user", user);
    if (password != null) {
      properties.setProperty("password", password);
    }
    String url = "jdbc:postgresql://" + label() + "/" + encode(name);
    return new Driver().connect(url, properties);
  }

  /** As {@link #open(String)}, with our own exception. */
  Connection connect(String name) {
    try {
      return open(name);
    } catch (SQLException e) {
      throw DatabaseError.of("connect to database " + name, this, e);
    }
  }

  /** The same text without the password, should it be in there. */
  String redact(String text) {
    if (text == null || password == null || password.isEmpty()) {
      return text;
    }
    return text.replace(password, "***").replace(encode(password), "***");
  }

  @Override
  public String toString() {
    return "postgresql://" + user + "@" + label() + "/" + database;
  }

  private String bracketed() {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** Percent-encoding of RFC 3986: a plus sign is no space in a path or a password. */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }

  static EvalctlException wrong(String message, String hint) {
    return EvalctlException.usage(message, hint);
  }
}
