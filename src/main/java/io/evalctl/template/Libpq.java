package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Connection settings as libpq puts them together: what is given, then a service's, then the
 * environment's, then defaults. What the JDBC driver cannot do is refused, never left out without a
 * word. Stateless; its errors never repeat a value that may be secret.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html">section 34.1.2</a>
 */
final class Libpq {
  /** One of them has to be set for an environment to mean a server. */
  static final Set<String> SERVER_VARIABLES =
      Set.of("PGSERVICE", "PGHOST", "PGHOSTADDR", "PGUSER", "PGPORT", "PGDATABASE");

  private static final Map<String, String> VARIABLES =
      Map.of(
          "host", "PGHOST",
          "hostaddr", "PGHOSTADDR",
          "port", "PGPORT",
          "dbname", "PGDATABASE",
          "user", "PGUSER",
          "password", "PGPASSWORD",
          "passfile", "PGPASSFILE",
          "target_session_attrs", "PGTARGETSESSIONATTRS");

  /** They change neither where a connection leads nor how safe it is. */
  private static final Set<String> NO_MATTER =
      Set.of(
          "keepalives",
          "keepalives_idle",
          "keepalives_interval",
          "keepalives_count",
          "tcp_user_timeout",
          "fallback_application_name",
          "load_balance_hosts",
          "service");

  /** What makes a connection safer, and would not. */
  private static final Set<String> REFUSED_VARIABLES =
      Set.of(
          "PGREQUIREPEER",
          "PGREQUIRESSL",
          "PGSSLCRL",
          "PGSSLCRLDIR",
          "PGSSLCERTMODE",
          "PGSSLMINPROTOCOLVERSION",
          "PGSSLMAXPROTOCOLVERSION");

  /** Evalctl needs a server that takes writes in any case. */
  private static final Set<String> SERVED_ATTRIBUTES =
      Set.of("any", "read-write", "primary", "prefer-standby");

  private Libpq() {}

  /**
   * The server that is meant.
   *
   * @param what where the settings come from, for messages
   * @param given by libpq's keywords
   * @throws EvalctlException USAGE
   */
  static ServerChoice.External choose(
      String what, Map<String, String> given, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(given);
    String service = given.getOrDefault("service", environment.getOrDefault("PGSERVICE", ""));
    if (!service.isEmpty()) {
      ServiceFile.read(service, environment).forEach(all::putIfAbsent);
    }
    VARIABLES.forEach((keyword, variable) -> fill(all, keyword, environment.get(variable)));
    for (ConnectionParameter parameter : ConnectionParameter.values()) {
      fill(all, parameter.libpq(), environment.get(parameter.variable()));
    }
    for (String variable : REFUSED_VARIABLES) {
      if (!environment.getOrDefault(variable, "").isEmpty()) {
        throw EvalctlException.usage(
            variable + " is set, which the JDBC driver cannot follow", "unset " + variable);
      }
    }
    String source = service.isEmpty() ? what : what + " with service '" + service + "'";
    require(source, all);
    return servers(source, all, environment);
  }

  /** As above, for a URL of the driver, which knows its own parameters, and one host. */
  static ServerChoice.External driver(
      String what, Map<String, String> given, Map<String, String> environment) {
    Map<String, String> own = new HashMap<>(given);
    Map<String, String> places = new HashMap<>();
    for (String keyword : List.of("host", "port", "dbname", "user", "password")) {
      String value = own.remove(keyword);
      fill(places, keyword, value);
    }
    fill(places, "user", environment.get("PGUSER"));
    fill(places, "password", environment.get("PGPASSWORD"));
    ServerAddress address = servers(what, places, environment).address();
    if (places.getOrDefault("host", "").contains(",")) {
      throw EvalctlException.usage(
          what + " names several hosts in a JDBC URL", "use a postgresql:// URL for them");
    }
    return new ServerChoice.External(
        new ServerAddress(
            address.host(),
            address.port(),
            address.database(),
            address.user(),
            address.password(),
            own));
  }

  private static void fill(Map<String, String> all, String keyword, String value) {
    if (value != null && !value.isEmpty()) {
      all.putIfAbsent(keyword, value);
    }
  }

  private static void require(String what, Map<String, String> all) {
    for (String keyword : all.keySet()) {
      if (!VARIABLES.containsKey(keyword)
          && !NO_MATTER.contains(keyword)
          && ConnectionParameter.ofLibpq(keyword).isEmpty()
          && !(keyword.equals("client_encoding")
              && all.get(keyword).toLowerCase(Locale.ROOT).matches("utf-?8|auto"))) {
        throw EvalctlException.usage(
            what + " has the parameter '" + keyword + "', which evalctl cannot follow",
            "leave it out, or use a jdbc:postgresql:// URL for the driver's own ones");
      }
    }
    String attributes = all.getOrDefault("target_session_attrs", "any");
    if (!SERVED_ATTRIBUTES.contains(attributes)) {
      throw EvalctlException.usage(
          what + " wants target_session_attrs=" + attributes + ", but evalctl creates databases",
          "say read-write, or leave it out");
    }
    if ("system".equals(all.get("sslrootcert"))) {
      throw EvalctlException.usage(
          what + " has sslrootcert=system, which the JDBC driver does not know",
          "name a file of certificates");
    }
  }

  private static ServerChoice.External servers(
      String what, Map<String, String> all, Map<String, String> environment) {
    String user = all.getOrDefault("user", "");
    if (user.isEmpty()) {
      user = System.getProperty("user.name");
    }
    String database = all.getOrDefault("dbname", "");
    Map<String, String> parameters = new HashMap<>();
    all.forEach(
        (keyword, value) ->
            ConnectionParameter.ofLibpq(keyword)
                .ifPresent(parameter -> parameters.put(parameter.property(), value)));
    List<String> hosts = hosts(what, all);
    String[] ports = all.getOrDefault("port", "").split(",", -1);
    if (ports.length != 1 && ports.length != hosts.size()) {
      throw EvalctlException.usage(
          "%s names %d ports for %d hosts".formatted(what, ports.length, hosts.size()),
          "name one port, or one for each host");
    }
    List<ServerAddress> addresses = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      String port = ports[ports.length == 1 ? 0 : i].strip();
      ServerAddress address =
          new ServerAddress(
              hosts.get(i),
              port.isEmpty() ? 5432 : ServerUrl.port(what, port),
              database.isEmpty() ? user : database,
              user,
              null,
              parameters);
      String password = all.get("password");
      addresses.add(
          address.withPassword(
              password == null || password.isEmpty()
                  ? PasswordFile.find(address, all.get("passfile"), environment)
                  : password));
    }
    return new ServerChoice.External(addresses.get(0), addresses.subList(1, addresses.size()));
  }

  private static List<String> hosts(String what, Map<String, String> all) {
    String[] names = all.getOrDefault("host", "").split(",", -1);
    String numbers = all.getOrDefault("hostaddr", "");
    String[] addresses = numbers.isEmpty() ? new String[0] : numbers.split(",", -1);
    if (addresses.length > 0 && !all.getOrDefault("host", "").isEmpty()) {
      if (addresses.length != names.length) {
        throw EvalctlException.usage(
            "%s names %d hosts and %d addresses".formatted(what, names.length, addresses.length),
            "name an address for each host");
      }
      if ("verify-full".equals(all.get("sslmode"))) {
        throw EvalctlException.usage(
            what + " has hostaddr with sslmode=verify-full, which the JDBC driver cannot do",
            "leave hostaddr out, or say sslmode=verify-ca");
      }
    }
    List<String> hosts = new ArrayList<>();
    for (int i = 0; i < Math.max(names.length, addresses.length); i++) {
      String host =
          i < addresses.length && !addresses[i].isBlank() ? addresses[i].strip() : names[i].strip();
      if (host.startsWith("/") || host.startsWith("@")) {
        throw EvalctlException.usage(
            what + " names a socket directory, " + host + ", which the JDBC driver cannot use",
            "name the host, as localhost");
      }
      hosts.add(host.isEmpty() ? "localhost" : host);
    }
    return hosts;
  }
}
