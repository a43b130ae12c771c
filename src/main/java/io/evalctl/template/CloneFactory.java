package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clones a template. One thread uses it; its connection is opened on first use. */
final class CloneFactory implements AutoCloseable {
  private static final Duration BUSY_LIMIT = Duration.ofSeconds(5);
  private static final Duration ROOM_LIMIT = Duration.ofSeconds(1);
  private static final Duration BUSY_LOOK = Duration.ofMillis(50);

  /** Connections that have just served are not asked whether they would. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private static final int VALID_SECONDS = 2;

  private final ServerSession session;
  private final TemplateStore store;
  private final PreparedTemplate template;
  private final List<String> doubtful = new ArrayList<>();
  private Connection admin;

  /** Null when the connection may be of no use any more. */
  private Deadline fresh;

  CloneFactory(ServerSession session, TemplateStore store, PreparedTemplate template) {
    this.session = session;
    this.store = store;
    this.template = template;
  }

  /**
   * @param deadline for a template that somebody has dropped and that is built again
   * @throws EvalctlException DATABASE_FAILED, POSTGRES_UNREACHABLE, ...
   */
  Clone create(Deadline deadline) {
    try {
      try {
        return tryCreate();
      } catch (SQLException e) {
        if (DatabaseError.is(e, DatabaseError.UNKNOWN_DATABASE)) {
          store.ensure(template, deadline);
        } else if (!DatabaseError.lost(e)) {
          throw e;
        }
        // With another connection, if it is that which was lost, and not the server.
        return tryCreate();
      }
    } catch (SQLException e) {
      throw session.server().failure("clone template " + template.name(), e);
    }
  }

  private Clone tryCreate() throws SQLException {
    String name = session.names().clone(session.names().next());
    connect();
    session.intents().creating(name);
    DatabaseProperties properties = store.properties(template);
    try {
      String sql =
          "create database "
              + Sql.name(name)
              + " template "
              + Sql.name(template.name())
              + properties.ownerClause()
              + strategy();
      runWhenFree(sql);
      Provenance provenance = session.provenance(Provenance.Kind.CLONE, template.key());
      Sql.run(admin, provenance.comment(name) + properties.give(name));
      return new Clone(name, properties.hidden());
    } catch (SQLException e) {
      fresh = null;
      abandon(name);
      throw e;
    }
  }

  private void connect() throws SQLException {
    if (fresh != null && !fresh.expired()) {
      return;
    }
    if (admin != null && !admin.isValid(VALID_SECONDS)) {
      close();
    }
    if (admin == null) {
      admin = session.creator();
      // The comment's loss in a crash of the server would cost nothing: there are our notes.
      Sql.run(admin, "set synchronous_commit = off");
      List<String> names = List.copyOf(doubtful);
      doubtful.clear();
      names.forEach(this::abandon);
    }
    session.presence().keep();
    fresh = Deadline.in(FRESH, session.time());
  }

  /**
   * Autovacuum may be at the template; the server itself waits for it for five seconds. A disk that
   * is full may have room again when clones that are given back are gone.
   */
  private void runWhenFree(String sql) throws SQLException {
    SQLException[] refused = {null};
    Deadline limit = Deadline.in(BUSY_LIMIT, session.time());
    Waiter.reached(
        "template " + template.name() + " to be free",
        limit,
        BUSY_LOOK,
        () -> {
          try {
            refused[0] = null;
            Sql.run(admin, sql);
            return true;
          } catch (SQLException e) {
            refused[0] = e;
            boolean full = DatabaseError.is(e, DatabaseError.DISK_FULL);
            return full
                ? limit.elapsed().compareTo(ROOM_LIMIT) > 0
                : !DatabaseError.is(e, DatabaseError.OBJECT_IN_USE);
          }
        });
    if (refused[0] != null) {
      throw refused[0];
    }
  }

  /**
   * It may be there without its comment, or not at all. What cannot be asked now, as the connection
   * is gone, is when there is another one; our note stays until then, and template clean finds it.
   */
  private void abandon(String name) {
    try {
      Sql.run(admin, "drop database if exists " + Sql.name(name) + " with (force)");
      session.intents().gone(name);
    } catch (SQLException e) {
      doubtful.add(name);
    }
  }

  private String strategy() {
    String strategy = session.cloneStrategy();
    return strategy == null ? "" : " strategy " + strategy;
  }

  @Override
  public void close() {
    if (admin != null) {
      try {
        admin.close();
      } catch (SQLException e) {
        // it was of no use any more
      }
      admin = null;
    }
  }
}
