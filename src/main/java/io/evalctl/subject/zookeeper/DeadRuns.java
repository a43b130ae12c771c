package io.evalctl.subject.zookeeper;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ensembles of evalctl processes that were killed. Their proxies died with them, so nothing of
 * such an ensemble is worth keeping. Several evalctl may do this at the same time, and beside
 * others that are at work: a run is dead only when its own process is.
 */
public final class DeadRuns {
  private final Path registry;
  private final TimeSource time;

  /**
   * @param registry the directory where every run has an entry; it need not exist
   */
  public DeadRuns(Path registry, TimeSource time) {
    this.registry = registry;
    this.time = time;
  }

  /** Those that are there now. */
  public List<EnsembleOwner> find() {
    List<EnsembleOwner> dead = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(registry, "*.json")) {
      for (Path entry : entries) {
        Optional<EnsembleOwner> owner = EnsembleOwner.read(entry);
        owner.filter(found -> !found.alive()).ifPresent(dead::add);
      }
    } catch (NoSuchFileException e) {
      return dead;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read the runs in " + registry + ": " + e, null, e);
    }
    return dead;
  }

  /**
   * Ends one: its processes, its home (unless it was to be kept), its entry. Idempotent.
   *
   * @throws EvalctlException when something of it cannot be ended; the entry then stays
   */
  public void end(EnsembleOwner dead) {
    try {
      EnsembleHome home = EnsembleHome.open(dead.home());
      // The home may have gone to another run since.
      boolean stillItsOwn =
          EnsembleOwner.read(home.marker())
              .filter(owner -> owner.runId().equals(dead.runId()))
              .isPresent();
      MarkedProcesses.killAll(EnsembleOwner.MARKER, dead.runId(), time);
      if (stillItsOwn) {
        Ensemble.end(home, dead.runId(), time);
        HomeDirectory directory = new HomeDirectory(home, time);
        if (dead.keepHome()) {
          directory.release();
        } else {
          directory.remove();
        }
      }
      Files.deleteIfExists(entry(registry, dead.runId()));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot remove what run " + dead.runId() + " has left: " + e,
          "remove " + dead.home() + " by hand",
          e);
    }
  }

  static Path entry(Path registry, String runId) {
    return registry.resolve(runId + ".json");
  }
}
