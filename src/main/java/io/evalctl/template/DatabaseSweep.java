package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What sessions have left on a server. A database is ours when its comment says so, or, where it
 * has none, when this machine's notes do. It is abandoned when nobody holds its session's lock and
 * nobody is connected. One thread uses it.
 */
final class DatabaseSweep implements OrphanSweep {
  /** With starts_with: an underscore is a wildcard in LIKE. */
  private static final String LOOK =
      """
      select datname, shobj_description(oid, 'pg_database') as comment,
             case when has_database_privilege(oid, 'connect') then pg_database_size(oid) end as size,
             (select count(*) from pg_stat_activity a where a.datid = d.oid
                and a.backend_type = 'client backend') as sessions
      from pg_database d
      where starts_with(datname::text, 'evalctl_tpl_') or starts_with(datname::text, 'evalctl_db_')
         or starts_with(datname::text, 'evalctl_build_')
      order by datname
      """;

  private record Row(String name, String comment, Long size, int sessions) {}

  private final PostgresServer server;
  private final Path state;

  DatabaseSweep(PostgresServer server, Path state) {
    this.server = server;
    this.state = state;
  }

  @Override
  public ServerFacts facts() {
    return server.facts();
  }

  @Override
  public List<Leftover> list() {
    try (Connection admin = server.maintenance()) {
      return list(admin);
    } catch (SQLException e) {
      throw failure("look for databases", e);
    }
  }

  @Override
  public Optional<String> drop(Leftover found, boolean all) {
    try (Connection admin = server.maintenance()) {
      Optional<Leftover> now =
          list(admin).stream().filter(other -> other.name().equals(found.name())).findFirst();
      if (now.isEmpty()) {
        return Optional.empty();
      }
      if (!now.get().droppable(all)) {
        return Optional.of(now.get().why());
      }
      AdvisoryLock build = AdvisoryLock.ofBuild(found.name());
      AdvisoryLock use = AdvisoryLock.ofUse(found.name());
      if (!build.tryExclusive(admin) || !use.tryExclusive(admin) && !all) {
        return Optional.of("another session uses it");
      }
      TemplateStore.drop(admin, found.name());
      forget(admin);
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(DatabaseError.reason(server.address(), e));
    }
  }

  /** Removes this machine's notes of dead sessions of which nothing is left on the server. */
  private void forget(Connection admin) throws SQLException {
    for (IntentLog.Left left : IntentLog.read(state, server.identity())) {
      if (dead(admin, left.session()) && !anyLeft(admin, left)) {
        left.file().toFile().delete();
      }
    }
  }

  /** As a session's last step, for dead ones whose templates others went on using. */
  void forget(TemplateListener listener) {
    if (IntentLog.read(state, server.identity()).isEmpty()) {
      return;
    }
    try (Connection admin = server.maintenance()) {
      forget(admin);
    } catch (SQLException e) {
      listener.note("notes of dead sessions stay: " + DatabaseError.reason(server.address(), e));
    }
  }

  /** Drops what dead sessions of this machine have left, other than templates to be kept. */
  void clearOwnDead(TemplateListener listener) {
    try (Connection admin = server.maintenance()) {
      List<IntentLog.Left> dead = new ArrayList<>();
      for (IntentLog.Left left : IntentLog.read(state, server.identity())) {
        if (dead(admin, left.session())) {
          dead.add(left);
        }
      }
      if (dead.isEmpty()) {
        return;
      }
      for (Leftover found : list(admin)) {
        boolean own = dead.stream().anyMatch(left -> left.session().equals(found.run()));
        if (own && found.state() == Leftover.State.ABANDONED) {
          Optional<String> why = drop(found, false);
          // A template may have found a new user meanwhile: this very session.
          if (why.isPresent() && found.kind() != Leftover.Kind.TEMPLATE) {
            listener.dropFailed(found.name(), why.get());
          }
        }
      }
      forget(admin);
    } catch (SQLException | EvalctlException e) {
      listener.note("what dead sessions have left could not be looked at: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    server.close();
  }

  private List<Leftover> list(Connection admin) throws SQLException {
    Map<String, String> noted = new HashMap<>();
    for (IntentLog.Left left : IntentLog.read(state, server.identity())) {
      left.databases().forEach(name -> noted.put(name, left.session()));
    }
    List<Row> rows =
        Sql.rows(
            admin,
            LOOK,
            row ->
                new Row(
                    row.getString("datname"),
                    row.getString("comment"),
                    row.getObject("size", Long.class),
                    row.getInt("sessions")));
    List<Leftover> found = new ArrayList<>();
    for (Row row : rows) {
      Optional<Provenance> provenance = Provenance.parse(row.comment());
      String run =
          provenance
              .map(Provenance::run)
              .orElse(row.comment() == null ? noted.get(row.name()) : null);
      Leftover.Kind kind = kind(row.name(), provenance, run);
      boolean keep = provenance.map(Provenance::keep).orElse(false);
      Leftover.State standing = state(admin, row, kind, run, keep);
      found.add(
          new Leftover(
              row.name(),
              kind,
              standing,
              run,
              provenance.map(Provenance::host).orElse(null),
              provenance.map(Provenance::created).orElse(null),
              provenance.map(Provenance::key).orElse(null),
              row.size(),
              row.sessions(),
              why(standing, row)));
    }
    return found;
  }

  private static Leftover.State state(
      Connection admin, Row row, Leftover.Kind kind, String run, boolean keep) throws SQLException {
    if (run == null) {
      return Leftover.State.FOREIGN;
    }
    boolean template = kind == Leftover.Kind.TEMPLATE;
    // A template outlives the session that built it for as long as others use it.
    AdvisoryLock lock = template ? AdvisoryLock.ofUse(row.name()) : AdvisoryLock.ofSession(run);
    if (row.sessions() > 0 || lock.held(admin)) {
      return Leftover.State.IN_USE;
    }
    return template && keep ? Leftover.State.KEPT : Leftover.State.ABANDONED;
  }

  private static String why(Leftover.State state, Row row) {
    return switch (state) {
      case FOREIGN -> row.comment() == null ? "it has no comment" : "its comment is not ours";
      case IN_USE ->
          row.sessions() > 0 ? "connections: " + row.sessions() : "a live session needs it";
      case KEPT -> "kept, and not in use";
      case ABANDONED -> "its session is dead";
    };
  }

  private static Leftover.Kind kind(String name, Optional<Provenance> provenance, String run) {
    if (run == null) {
      return Leftover.Kind.UNKNOWN;
    }
    if (provenance.isPresent()) {
      return Leftover.Kind.valueOf(provenance.get().kind().name());
    }
    if (name.startsWith(DatabaseNames.CLONE)) {
      return Leftover.Kind.CLONE;
    }
    return name.startsWith(DatabaseNames.BUILD) ? Leftover.Kind.BUILD : Leftover.Kind.TEMPLATE;
  }

  private static boolean dead(Connection admin, String session) throws SQLException {
    return !AdvisoryLock.ofSession(session).held(admin);
  }

  private static boolean anyLeft(Connection admin, IntentLog.Left left) throws SQLException {
    for (String name : left.databases()) {
      if (!Sql.rows(admin, "select 1 from pg_database where datname = ?", row -> row, name)
          .isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private EvalctlException failure(String what, SQLException e) {
    return DatabaseError.of(what, server.address(), e);
  }
}
