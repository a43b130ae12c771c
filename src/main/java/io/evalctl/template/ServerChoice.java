package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Which PostgreSQL server databases are cloned on. */
public sealed interface ServerChoice {

  /**
   * One that is started for the session.
   *
   * @param directory where its data is while it runs, or null: in memory where there is plenty of
   *     it, else in the cache
   */
  record Embedded(Path directory) implements ServerChoice {
    /** Where evalctl thinks best. */
    public Embedded() {
      this(null);
    }
  }

  /** One that runs already. */
  record External(ServerAddress address) implements ServerChoice {}

  /**
   * Reads the value of {@code --pg}.
   *
   * @param pgFlag {@code embedded} (also null), {@code env} ({@code DATABASE_URL}, else libpq's
   *     variables), or a URL without a password, which {@code PGPASSWORD} or the driver's password
   *     file then gives
   * @throws EvalctlException USAGE; its text never holds a password
   */
  static ServerChoice parse(String pgFlag, Map<String, String> environment) {
    if (pgFlag == null || pgFlag.equals("embedded")) {
      return new Embedded();
    }
    if (pgFlag.equals("env")) {
      return new External(fromEnvironment(environment));
    }
    if (!ServerUrl.looksLikeOne(pgFlag)) {
      throw EvalctlException.usage(
          "--pg cannot be '" + (pgFlag.contains("@") ? "..." : pgFlag) + "'",
          "say embedded, env, or a URL: postgresql://user@host:5432/postgres");
    }
    ServerAddress address = ServerUrl.parse("--pg", pgFlag, environment);
    if (address.password() != null) {
      throw EvalctlException.usage(
          "the URL of --pg holds a password, which every process on this machine could read",
          "set PGPASSWORD and leave the password out, or set DATABASE_URL and say --pg env");
    }
    return new External(withPassword(address, environment));
  }

  private static ServerAddress fromEnvironment(Map<String, String> environment) {
    String url = environment.getOrDefault("DATABASE_URL", "");
    if (!url.isEmpty()) {
      ServerAddress address = ServerUrl.parse("DATABASE_URL", url, environment);
      return address.password() == null ? withPassword(address, environment) : address;
    }
    if (!environment.containsKey("PGHOST")
        && !environment.containsKey("PGUSER")
        && !environment.containsKey("PGPORT")
        && !environment.containsKey("PGDATABASE")) {
      throw EvalctlException.usage(
          "--pg env finds neither DATABASE_URL nor PGHOST, PGPORT, PGUSER or PGDATABASE",
          "set DATABASE_URL, or leave --pg out for the embedded server");
    }
    String host = set(environment, "PGHOST", "localhost");
    if (host.startsWith("/") || host.startsWith("@")) {
      throw EvalctlException.usage(
          "PGHOST names a socket directory, " + host + ", which the JDBC driver cannot use",
          "set PGHOST to localhost");
    }
    String user = set(environment, "PGUSER", System.getProperty("user.name"));
    Map<String, String> parameters = new HashMap<>();
    for (ConnectionParameter parameter : ConnectionParameter.values()) {
      String value = environment.getOrDefault(parameter.variable(), "");
      if (!value.isEmpty()) {
        parameters.put(parameter.property(), value);
      }
    }
    return withPassword(
        new ServerAddress(
            host,
            ServerUrl.port("PGPORT", set(environment, "PGPORT", "5432")),
            set(environment, "PGDATABASE", user),
            user,
            null,
            parameters),
        environment);
  }

  private static ServerAddress withPassword(
      ServerAddress address, Map<String, String> environment) {
    String password = environment.getOrDefault("PGPASSWORD", "");
    return password.isEmpty()
        ? address
        : new ServerAddress(
            address.host(),
            address.port(),
            address.database(),
            address.user(),
            password,
            address.parameters());
  }

  private static String set(Map<String, String> environment, String name, String fallback) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? fallback : value;
  }
}
