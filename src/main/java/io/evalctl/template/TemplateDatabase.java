package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.EvalctlException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Databases for cases, each cloned from a template that was migrated once. Nothing is started
 * before the first lease. Templates are shared with other sessions on the same server, by a key
 * over all that goes into them; no session ever harms another. Thread-safe, but a lease that has to
 * build a template makes all others wait.
 */
public final class TemplateDatabase implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);
  private static final Duration HURRIED_CLOSE_LIMIT = Duration.ofSeconds(7);
  private static final Duration REBUILD_LIMIT = Duration.ofMinutes(10);

  private record Use(PreparedTemplate template, ClonePool pool) {}

  private final ServerChoice choice;
  private final TemplateOptions options;
  private final TemplateListener listener;
  private final TimeSource time;
  private final Map<TemplateSpec, Use> uses = new HashMap<>();
  private final Set<Clone> leased = ConcurrentHashMap.newKeySet();
  private PostgresServer server;
  private ServerSession session;
  private TemplateStore store;
  private volatile CloneDropper dropper;
  private volatile CloneTurnover turnover;
  private boolean closed;

  private TemplateDatabase(
      ServerChoice choice, TemplateOptions options, TemplateListener listener, TimeSource time) {
    this.choice = choice;
    this.options = options;
    this.listener = new OneAtATime(listener);
    this.time = time;
  }

  /** Starts nothing yet. */
  public static TemplateDatabase open(
      ServerChoice server, TemplateOptions options, TimeSource time) {
    return open(server, options, TemplateListener.NONE, time);
  }

  /** With somebody who wants to know. */
  public static TemplateDatabase open(
      ServerChoice server, TemplateOptions options, TemplateListener listener, TimeSource time) {
    return new TemplateDatabase(server, options, listener, time);
  }

  /**
   * A clone of the template for this spec. The first lease starts or finds the server and builds
   * the template; a spec's files are looked at once in a session.
   *
   * @throws EvalctlException POSTGRES_START, POSTGRES_UNREACHABLE, POSTGRES_REFUSED,
   *     MIGRATION_FAILED, FILE_UNREADABLE, DATABASE_FAILED, DEADLINE_EXCEEDED, INTERRUPTED
   */
  public CloneLease lease(TemplateSpec spec, Deadline deadline) {
    long start = time.nanoTime();
    Use use = use(spec, deadline);
    Clone clone = use.pool().take(deadline);
    leased.add(clone);
    return new CloneLease(clone, server, Duration.ofNanos(time.nanoTime() - start), this::giveBack);
  }

  /** What the server is; null before the first lease. */
  public synchronized ServerFacts facts() {
    return server == null ? null : server.facts();
  }

  /**
   * Drops what this session has created, unless it is to be kept or others use it, and stops an
   * embedded server. What could not be dropped is reported to the listener. Does its work in an
   * interrupted thread, too, with less patience.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (server == null) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      if (session != null) {
        end(Deadline.in(interrupted ? HURRIED_CLOSE_LIMIT : CLOSE_LIMIT, time));
      }
    } finally {
      server.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized Use use(TemplateSpec spec, Deadline deadline) {
    if (closed) {
      throw new IllegalStateException("the template database is closed");
    }
    open(deadline);
    Use known = uses.get(spec);
    if (known != null) {
      return known;
    }
    PreparedTemplate template =
        new PreparedTemplate(
            spec,
            TemplateKey.of(
                spec, server.facts(), server.address().user(), session.names().session()));
    if (options.keepTemplate() && !spec.shared()) {
      listener.warning(
          "--keep-template keeps no template here: what migrations.command makes depends on files"
              + " that evalctl does not know; list them in the dataset's migrations.inputs");
    }
    store.ensure(template, deadline);
    Use use =
        new Use(
            template,
            new ClonePool(
                () -> new CloneFactory(session, store, template),
                options.clones(),
                REBUILD_LIMIT,
                turnover,
                time));
    turnover.add(use.pool()::refill);
    uses.put(spec, use);
    return use;
  }

  /** A failure is not remembered: the next lease tries again. */
  private void open(Deadline deadline) {
    if (server == null) {
      server = connect(deadline);
    }
    if (session == null) {
      session = ServerSession.open(server, options, listener, time);
      store = new TemplateStore(session);
      dropper = new CloneDropper(session);
      turnover = new CloneTurnover(dropper, session.clonesThroughLog(), time);
      if (!server.throwaway()) {
        dropper.later(
            () -> new DatabaseSweep(server, options.state()).clearOwnDead(listener), Duration.ZERO);
      }
    }
  }

  private PostgresServer connect(Deadline deadline) {
    if (choice instanceof ServerChoice.External external) {
      return ExternalServer.connect(external);
    }
    long start = time.nanoTime();
    PostgresServer started =
        EmbeddedServer.start((ServerChoice.Embedded) choice, options, listener, deadline, time);
    listener.serverStarted(started.facts(), Duration.ofNanos(time.nanoTime() - start));
    return started;
  }

  /** A session that is closed before its leases drops their clones itself. */
  private void giveBack(Clone clone) {
    if (leased.remove(clone)) {
      turnover.giveBack(clone.name());
    }
  }

  private void end(Deadline deadline) {
    if (server.throwaway()) {
      // All of it goes with its server.
      leased.clear();
      uses.values().forEach(use -> use.pool().abandon());
      session.intents().left().forEach(session.intents()::gone);
      session.close();
      return;
    }
    try {
      session.presence().keep();
    } catch (SQLException e) {
      if (DatabaseError.lost(e)) {
        leave(e);
        return;
      }
    }
    for (Use use : uses.values()) {
      List<Clone> ready = use.pool().close(deadline);
      ready.forEach(clone -> dropper.drop(clone.name()));
    }
    List.copyOf(leased).forEach(this::giveBack);
    turnover.turn();
    dropper.await(deadline);
    // What a lost connection kept from being dropped, or from being known to be gone.
    session.intents().left().stream().filter(DatabaseNames::ownAlone).forEach(dropper::drop);
    dropper.close(deadline);
    uses.values().stream().map(Use::template).distinct().forEach(store::release);
    Set<String> left = session.intents().left();
    left.forEach(name -> listener.dropFailed(name, "it is still there when the session ends"));
    session.close();
    new DatabaseSweep(server, options.state()).forget(listener);
  }

  /** All stays as it is; our notes on it stay, too, and tell template clean whose it is. */
  private void leave(SQLException gone) {
    uses.values().forEach(use -> use.pool().abandon());
    dropper.abandon();
    leased.clear();
    int left = session.intents().left().size();
    session.close();
    if (left > 0) {
      listener.note(
          "%s does not answer (%s); %d %s of this session may be left there: evalctl template clean"
                  .formatted(
                      server.address().label(),
                      DatabaseError.reason(server.address(), gone),
                      left,
                      left == 1 ? "database" : "databases")
              + " --pg drops them when it runs again");
    }
  }

  private record OneAtATime(TemplateListener listener) implements TemplateListener {
    @Override
    public synchronized void serverStarted(ServerFacts facts, Duration took) {
      listener.serverStarted(facts, took);
    }

    @Override
    public synchronized void building(String template) {
      listener.building(template);
    }

    @Override
    public synchronized void built(String template, Duration took) {
      listener.built(template, took);
    }

    @Override
    public synchronized void reused(String template) {
      listener.reused(template);
    }

    @Override
    public synchronized void dropFailed(String database, String why) {
      listener.dropFailed(database, why);
    }

    @Override
    public synchronized void note(String text) {
      listener.note(text);
    }

    @Override
    public synchronized void warning(String text) {
      listener.warning(text);
    }
  }
}
