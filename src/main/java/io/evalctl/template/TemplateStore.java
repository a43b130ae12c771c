package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The templates on a server. Whoever looks for one, builds it or drops it holds the same lock, so
 * that however many sessions ask at once, one builds and the others find it. Thread-safe.
 */
final class TemplateStore {
  private static final Duration LOCK_LOOK = Duration.ofMillis(20);

  /** What there is under a template's name. */
  private record Row(boolean sealed, boolean own, Optional<Provenance> provenance) {}

  private final ServerSession session;
  private final Map<String, DatabaseProperties> properties = new ConcurrentHashMap<>();

  TemplateStore(ServerSession session) {
    this.session = session;
  }

  /**
   * Makes sure that the template is there and stays there while this session lives.
   *
   * @throws EvalctlException when it cannot be built; nothing of it is left then
   */
  void ensure(PreparedTemplate template, Deadline deadline) {
    AdvisoryLock build = AdvisoryLock.ofBuild(template.name());
    try (Connection admin = session.creator()) {
      // A server that hangs is not waited for any longer than one that is slow.
      admin.setNetworkTimeout(
          Runnable::run,
          (int) Math.max(1, Math.min(Integer.MAX_VALUE, deadline.remaining().toMillis())));
      await(build, admin, template, deadline);
      session.presence().use(template.name());
      Optional<Row> found = look(admin, template.name());
      if (found.isPresent() && usable(template, found.get())) {
        if (session.options().keepTemplate() && !found.get().provenance().orElseThrow().keep()) {
          Provenance provenance = found.get().provenance().orElseThrow();
          provenance.as(Provenance.Kind.TEMPLATE, true).write(admin, template.name());
        }
        properties.put(template.name(), DatabaseProperties.read(admin, template.name()));
        session.listener().reused(template.name());
        return;
      }
      if (found.isPresent()) {
        // Its builder died between the last two steps.
        drop(admin, template.name());
      }
      properties.put(template.name(), build(template, admin, deadline));
    } catch (SQLException e) {
      throw session.server().failure("look for template " + template.name(), e);
    }
  }

  /** Migrations that create a role find that of an earlier build, which a new server has not. */
  private DatabaseProperties build(PreparedTemplate template, Connection admin, Deadline deadline)
      throws SQLException {
    try {
      return new TemplateBuilder(session, template).build(admin, deadline);
    } catch (EvalctlException e) {
      if (!DatabaseError.roleExists(e) || !properties.isEmpty() || !dropRoles()) {
        throw e;
      }
      return new TemplateBuilder(session, template).build(admin, deadline);
    }
  }

  /** On a server of evalctl's own, which this session has for itself; with all that needs them. */
  private boolean dropRoles() {
    if (!(session.server() instanceof EmbeddedServer)) {
      return false;
    }
    try (Connection superuser =
        session.server().privileged(session.server().maintenanceDatabase())) {
      List<String> kept =
          Sql.rows(
              superuser,
              "select datname from pg_database where starts_with(datname::text, ?)",
              row -> row.getString(1),
              DatabaseNames.TEMPLATE);
      for (String name : kept) {
        drop(superuser, name);
      }
      boolean dropped = session.server().dropRoles();
      session
          .listener()
          .note(
              "roles that earlier migrations left on evalctl's own server are dropped, with %d kept %s"
                  .formatted(kept.size(), kept.size() == 1 ? "template" : "templates"));
      return dropped;
    } catch (SQLException e) {
      session.listener().note("roles of earlier migrations cannot be dropped: " + e.getMessage());
      return false;
    }
  }

  /** What the clones of a template are to be given, as it was when last ensured. */
  DatabaseProperties properties(PreparedTemplate template) {
    return properties.get(template.name());
  }

  /**
   * Drops it unless it is to be kept or somebody else uses it.
   *
   * @return whether this session has no more to do with it
   */
  void release(PreparedTemplate template) {
    String name = template.name();
    AdvisoryLock build = AdvisoryLock.ofBuild(name);
    AdvisoryLock use = AdvisoryLock.ofUse(name);
    try (Connection admin = session.server().maintenance()) {
      // Somebody who builds or looks has use for it, and drops it in the end.
      if (build.tryExclusive(admin)) {
        session.presence().release(name);
        if (use.tryExclusive(admin)) {
          Optional<Row> found = look(admin, name);
          boolean kept =
              template.shared()
                  && found.flatMap(Row::provenance).map(Provenance::keep).orElse(false);
          if (found.isPresent() && found.get().own() && !kept) {
            drop(admin, name);
          }
        }
      } else {
        session.presence().release(name);
      }
      session.intents().gone(name);
    } catch (SQLException e) {
      session.listener().dropFailed(name, DatabaseError.reason(session.server().address(), e));
    }
  }

  /** Drops a template that nobody uses; the caller holds its locks. */
  static void drop(Connection admin, String name) throws SQLException {
    unseal(admin, name);
    Sql.run(admin, "drop database " + Sql.name(name));
  }

  /** A template cannot be dropped. */
  static void unseal(Connection admin, String name) throws SQLException {
    // A database whose drop was cut short can be dropped, but no longer altered.
    if (!Sql.rows(
            admin,
            "select 1 from pg_database where datname = ? and datistemplate",
            row -> row,
            name)
        .isEmpty()) {
      Sql.run(admin, "alter database " + Sql.name(name) + " with is_template false");
    }
  }

  private void await(
      AdvisoryLock build, Connection admin, PreparedTemplate template, Deadline deadline) {
    Waiter.until(
        "another session that builds template " + template.name(),
        deadline,
        LOCK_LOOK,
        () -> {
          try {
            return build.tryExclusive(admin);
          } catch (SQLException e) {
            throw DatabaseError.of("take a lock", session.server().address(), e);
          }
        });
  }

  private boolean usable(PreparedTemplate template, Row row) {
    boolean ours =
        row.own()
            && row.provenance()
                .filter(found -> found.kind() == Provenance.Kind.TEMPLATE)
                .filter(found -> found.key().equals(template.key()))
                .isPresent();
    if (!ours) {
      throw new EvalctlException(
          ErrorCode.DATABASE_FAILED,
          "database "
              + template.name()
              + " on "
              + session.server().address().label()
              + " is none of evalctl's, but has the name of a template that is needed",
          "rename that database, or use another server");
    }
    return row.sealed();
  }

  private static Optional<Row> look(Connection admin, String name) throws SQLException {
    List<Row> rows =
        Sql.rows(
            admin,
            """
            select datistemplate and not datallowconn, pg_has_role(datdba, 'usage'),
                   shobj_description(oid, 'pg_database')
            from pg_database where datname = ?
            """,
            row ->
                new Row(row.getBoolean(1), row.getBoolean(2), Provenance.parse(row.getString(3))),
            name);
    return rows.stream().findFirst();
  }
}
