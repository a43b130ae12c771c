package io.evalctl.subject.zookeeper;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.PortBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * This process's hold on a home directory and on ports, and its entry in the registry. The entry is
 * there before any file or process is, and goes last.
 */
final class EnsembleClaim implements AutoCloseable {
  private final HomeDirectory directory;
  private final boolean keepHome;
  private final Path entry;
  private final PortBlock ports;
  private boolean closed;

  private EnsembleClaim(HomeDirectory directory, boolean keepHome, Path entry, PortBlock ports) {
    this.directory = directory;
    this.keepHome = keepHome;
    this.entry = entry;
    this.ports = ports;
  }

  static EnsembleClaim take(ZookeeperOptions options, TimeSource time) {
    EnsembleOwner owner =
        EnsembleOwner.thisProcess(options.runId(), options.home(), options.keepHome(), time.now());
    HomeDirectory directory =
        new HomeDirectory(EnsembleHome.of(options.home(), options.nodeCount()), time);
    Path entry = DeadRuns.entry(options.registry(), options.runId());
    PortBlock ports = PortBlock.claim();
    try {
      putOnRecord(owner, entry);
      directory.claim(owner);
      return new EnsembleClaim(directory, options.keepHome(), entry, ports);
    } catch (EvalctlException e) {
      ports.close();
      entry.toFile().delete();
      throw e;
    }
  }

  private static void putOnRecord(EnsembleOwner owner, Path entry) {
    try {
      Files.createDirectories(entry.getParent());
      owner.write(entry);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot put the run on record in " + entry + ": " + e,
          "without it, what a killed evalctl leaves could not be found; make the directory writable",
          e);
    }
  }

  /** Free ports for the nodes. */
  List<Integer> ports() {
    return ports.ports();
  }

  /** Removes the directory, or leaves it to the user. Call when no node runs any more. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    ports.close();
    try {
      if (keepHome) {
        directory.release();
      } else {
        directory.remove();
      }
      Files.deleteIfExists(entry);
      closed = true;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot remove the subject's home: " + e,
          "the next start of evalctl tries again",
          e);
    }
  }
}
