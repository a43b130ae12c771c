package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.util.List;
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

  /**
   * One that runs already.
   *
   * @param others are tried in their order when the first does not take writes
   */
  record External(ServerAddress address, List<ServerAddress> others) implements ServerChoice {
    public External {
      others = List.copyOf(others);
    }

    /** The only one. */
    public External(ServerAddress address) {
      this(address, List.of());
    }
  }

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
      return fromEnvironment(environment);
    }
    if (!ServerUrl.looksLikeOne(pgFlag)) {
      throw EvalctlException.usage(
          "--pg cannot be '" + (pgFlag.contains("@") ? "..." : pgFlag) + "'",
          "say embedded, env, or a URL: postgresql://user@host:5432/postgres");
    }
    Map<String, String> given = ServerUrl.read("--pg", pgFlag);
    if (given.containsKey("password")) {
      throw EvalctlException.usage(
          "the URL of --pg holds a password, which every process on this machine could read",
          "set PGPASSWORD and leave the password out, or set DATABASE_URL and say --pg env");
    }
    return ofUrl("--pg", pgFlag, environment);
  }

  private static External ofUrl(String what, String url, Map<String, String> environment) {
    Map<String, String> given = ServerUrl.read(what, url);
    return ServerUrl.isJdbc(url)
        ? Libpq.driver(what, given, environment)
        : Libpq.choose(what, given, environment);
  }

  private static External fromEnvironment(Map<String, String> environment) {
    String url = environment.getOrDefault("DATABASE_URL", "");
    if (!url.isEmpty()) {
      return ofUrl("DATABASE_URL", url, environment);
    }
    if (Libpq.SERVER_VARIABLES.stream().noneMatch(environment::containsKey)) {
      throw EvalctlException.usage(
          "--pg env finds neither DATABASE_URL nor PGSERVICE, PGHOST, PGPORT, PGUSER or PGDATABASE",
          "set DATABASE_URL, or leave --pg out for the embedded server");
    }
    return Libpq.choose("the environment (PG*)", Map.of(), environment);
  }
}
