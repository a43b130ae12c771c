package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Builds a template under a name that nobody knows: migrations, seed, statistics. A build that
 * fails leaves nothing. One thread uses it.
 */
final class TemplateBuilder {
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final ServerSession session;
  private final PreparedTemplate template;
  private final String build;

  TemplateBuilder(ServerSession session, PreparedTemplate template) {
    this.session = session;
    this.template = template;
    this.build = session.names().build(session.names().next());
  }

  /**
   * @param admin holds the lock for builds of this template
   * @return what its clones are to be given
   * @throws EvalctlException MIGRATION_FAILED, DATABASE_FAILED, DEADLINE_EXCEEDED ...
   */
  DatabaseProperties build(Connection admin, Deadline deadline) {
    TimeSource time = session.time();
    session.listener().building(template.name());
    Deadline started = Deadline.in(Duration.ofDays(1), time);
    session.intents().creating(build);
    DatabaseProperties properties;
    try {
      Sql.run(
          admin,
          "create database "
              + Sql.name(build)
              + " template template0"
              + session.server().encodingClause());
      session.provenance(Provenance.Kind.BUILD, template.key()).write(admin, build);
      fill(admin, deadline);
      for (String name : dropSubscriptions(admin)) {
        session.listener().warning("no clone has subscription " + name + ": it is of one database");
      }
      properties = DatabaseProperties.read(admin, build);
      properties.requireGivable(admin, build);
      publish(admin);
    } catch (SQLException e) {
      discard(admin);
      throw session.server().failure("build template " + template.name(), e);
    } catch (RuntimeException e) {
      discard(admin);
      throw e;
    }
    session.listener().built(template.name(), started.elapsed());
    return properties;
  }

  private void fill(Connection admin, Deadline deadline) {
    TemplateSpec spec = template.spec();
    Duration own = spec.migrationTimeout();
    Deadline limit =
        own != null && own.compareTo(deadline.remaining()) < 0
            ? Deadline.in(own, session.time())
            : deadline;
    try {
      Cancellable.run(
          "the migrations of template " + template.name(),
          limit,
          () -> {
            extensions(spec);
            migrate(spec, limit);
            seed(admin, spec);
            analyze();
            return null;
          },
          this::endSessions);
    } catch (EvalctlException e) {
      if (e.code() == ErrorCode.MIGRATION_FAILED) {
        requireServer();
      }
      throw e.code() != ErrorCode.DEADLINE_EXCEEDED
          ? e
          : new EvalctlException(
              ErrorCode.MIGRATION_FAILED,
              "the migrations did not end within %.1fs".formatted(limit.length().toNanos() / 1e9),
              "give them more time, or look for one that waits for ever",
              e);
    }
  }

  /** No migration is to blame when the server is gone. */
  private void requireServer() {
    try {
      session.server().maintenance().close();
    } catch (SQLException e) {
      throw session.server().failure("build template " + template.name(), e);
    }
  }

  private void extensions(TemplateSpec spec) {
    if (spec.extensions().isEmpty()) {
      return;
    }
    String current = "";
    try (Connection connection = session.server().privileged(build)) {
      for (String extension : spec.extensions()) {
        current = extension;
        Sql.run(connection, "create extension if not exists " + Sql.name(extension) + " cascade");
      }
    } catch (SQLException e) {
      throw new EvalctlException(
          ErrorCode.MIGRATION_FAILED,
          "extension '"
              + current
              + "' cannot be created: "
              + DatabaseError.reason(session.server().address(), e),
          "install it on the server, or leave it out of the dataset",
          e);
    }
  }

  private void migrate(TemplateSpec spec, Deadline limit) {
    ServerAddress address = session.server().address();
    if (!spec.migrationCommand().isEmpty()) {
      CommandMigration.run(address, build, spec, limit);
    } else if (spec.migrations() != null) {
      FlywayMigration.run(address, build, spec.migrations(), spec.placeholders());
    }
  }

  private void seed(Connection admin, TemplateSpec spec) {
    if (spec.seed() == null) {
      return;
    }
    ServerAddress address = session.server().address();
    try (Connection connection = address.open(build, SqlScript.PROPERTIES)) {
      DatabaseProperties.unhide(connection, DatabaseProperties.read(admin, build).hidden());
      SqlScript.load(spec.seed(), connection);
    } catch (EvalctlException e) {
      if (e.getCause() instanceof SQLException refused && DatabaseError.serversFault(refused)) {
        throw DatabaseError.of("load " + spec.seed(), address, refused);
      }
      throw new EvalctlException(
          ErrorCode.MIGRATION_FAILED, "the seed failed: " + e.getMessage(), e.hint(), e);
    } catch (SQLException e) {
      throw DatabaseError.of("load the seed", address, e);
    }
  }

  /** One belongs to one database, and keeps that from being cloned and from being dropped. */
  private List<String> dropSubscriptions(Connection admin) throws SQLException {
    List<String> names =
        Sql.rows(
            admin,
            "select quote_ident(subname) from pg_subscription join pg_database d on d.oid = subdbid"
                + " where datname = ?",
            row -> row.getString(1),
            build);
    if (names.isEmpty()) {
      return names;
    }
    try (Connection connection = session.server().address().unlimited(build)) {
      for (String name : names) {
        Sql.run(connection, "alter subscription " + name + " disable");
        Sql.run(connection, "alter subscription " + name + " set (slot_name = none)");
        Sql.run(connection, "drop subscription " + name);
      }
    }
    return names;
  }

  private void analyze() {
    ServerAddress address = session.server().address();
    try {
      TemplateStatistics.gather(address, build, session.listener());
    } catch (SQLException e) {
      throw DatabaseError.of("analyze template " + template.name(), address, e);
    }
  }

  /** From here on it is found by its name; ours already when it is not sealed yet. */
  private void publish(Connection admin) throws SQLException {
    session.provenance(Provenance.Kind.TEMPLATE, template.key()).write(admin, build);
    session.intents().creating(template.name());
    awaitNoSessions(admin);
    try {
      Sql.run(
          admin, "alter database " + Sql.name(build) + " rename to " + Sql.name(template.name()));
    } catch (SQLException e) {
      session.intents().gone(template.name());
      throw e;
    }
    session.intents().gone(build);
    seal(admin, template.name());
  }

  static void seal(Connection admin, String name) throws SQLException {
    Sql.run(
        admin,
        "alter database " + Sql.name(name) + " with is_template true allow_connections false");
  }

  /** A migrator may leave connections open; nobody else knows the name. */
  private void awaitNoSessions(Connection admin) {
    Waiter.reached(
        "the end of all sessions of " + build,
        Deadline.in(END_LIMIT, session.time()),
        LOOK,
        () -> {
          try {
            return Sql.rows(
                    admin,
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?",
                    row -> row,
                    build)
                .isEmpty();
          } catch (SQLException e) {
            return true;
          }
        });
  }

  private void endSessions() {
    try (Connection connection = session.server().maintenance()) {
      Sql.rows(
          connection,
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?",
          row -> row,
          build);
    } catch (SQLException e) {
      // the next look tries again
    }
  }

  private void discard(Connection admin) {
    boolean interrupted = Thread.interrupted();
    try {
      dropSubscriptions(admin);
      awaitNoSessions(admin);
      // A migration may have made it a template.
      TemplateStore.unseal(admin, build);
      Sql.run(admin, "drop database if exists " + Sql.name(build) + " with (force)");
      session.intents().gone(build);
    } catch (SQLException e) {
      // Tried again when the session ends.
      if (!DatabaseError.lost(e)) {
        session.listener().dropFailed(build, DatabaseError.reason(session.server().address(), e));
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
