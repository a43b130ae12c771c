package io.evalctl.template;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks after what sessions that were killed, or told to keep it, have left. */
public interface OrphanSweep extends AutoCloseable {

  /**
   * Of an external server, or of the embedded servers of this machine.
   *
   * @param state evalctl's state directory
   * @param cache evalctl's cache directory
   * @throws EvalctlException POSTGRES_UNREACHABLE, POSTGRES_REFUSED
   */
  static OrphanSweep on(ServerChoice choice, Path state, Path cache, TimeSource time) {
    return choice instanceof ServerChoice.External external
        ? new DatabaseSweep(ExternalServer.connect(external), state)
        : new EmbeddedSweep(state, cache, time);
  }

  /** What the server is; null for embedded ones. */
  ServerFacts facts();

  /**
   * All that is there, by name, what is not ours included.
   *
   * @throws EvalctlException DATABASE_FAILED, POSTGRES_UNREACHABLE, FILE_UNREADABLE
   */
  List<Leftover> list();

  /**
   * Drops one, unless it has come into use since it was looked at; never against anybody's open
   * connection.
   *
   * @param all whether a template may go that a session lives for
   * @return why it is still there; empty when it is gone
   */
  Optional<String> drop(Leftover found, boolean all);

  @Override
  void close();
}
