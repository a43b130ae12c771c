package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The embedded servers of this machine: those of evalctl processes that were killed can be cleared
 * away, and so can kept data directories. Several evalctl may do so at the same time.
 */
final class EmbeddedSweep implements OrphanSweep {
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Path registry;
  private final Path cache;
  private final TimeSource time;

  EmbeddedSweep(Path state, Path cache, TimeSource time) {
    this.registry = registry(state);
    this.cache = cache;
    this.time = time;
  }

  static Path registry(Path state) {
    return state.resolve("postgres");
  }

  @Override
  public ServerFacts facts() {
    return null;
  }

  @Override
  public List<Leftover> list() {
    try {
      List<Leftover> found = new ArrayList<>();
      for (EmbeddedEntry entry : EmbeddedEntry.all(registry)) {
        found.add(
            server(
                entry.directory(),
                entry.owner().dead() ? Leftover.State.ABANDONED : Leftover.State.IN_USE,
                entry.created()));
      }
      for (Path home : keptHomes()) {
        KeptDirectory kept = KeptDirectory.tryLock(home);
        if (kept != null) {
          kept.release();
        }
        found.add(
            server(
                home,
                kept == null ? Leftover.State.IN_USE : Leftover.State.KEPT,
                Files.getLastModifiedTime(home).toInstant()));
      }
      return found;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "embedded servers cannot be looked at: " + e, null, e);
    }
  }

  /** Ends every server whose evalctl is dead: its processes, its files, its entry. */
  void clear() {
    try {
      for (EmbeddedEntry entry : EmbeddedEntry.all(registry)) {
        if (entry.owner().dead()) {
          end(entry);
        }
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "what a dead embedded server has left cannot be removed: " + e,
          "remove it by hand",
          e);
    }
  }

  @Override
  public Optional<String> drop(Leftover found, boolean all) {
    Path directory = Path.of(found.name());
    try {
      if (found.state() == Leftover.State.ABANDONED) {
        for (EmbeddedEntry entry : EmbeddedEntry.all(registry)) {
          if (entry.directory().equals(directory) && entry.owner().dead()) {
            end(entry);
          }
        }
        return Optional.empty();
      }
      KeptDirectory kept =
          found.state() == Leftover.State.KEPT ? KeptDirectory.tryLock(directory) : null;
      if (kept == null) {
        return Optional.of("a live session needs it");
      }
      try {
        DirectoryTree.delete(directory);
        return Optional.empty();
      } finally {
        kept.release();
      }
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  @Override
  public void close() {
    // nothing is open
  }

  private void end(EmbeddedEntry entry) throws IOException {
    MarkedProcesses.killAll(EmbeddedEntry.MARKER, entry.id(), time);
    // Its backends write their titles over their environment; they end when their postmaster has.
    Waiter.until(
        "the end of the backends in " + entry.data(),
        Deadline.in(END_LIMIT, time),
        LOOK,
        () -> {
          List<ProcessIdentity> backends = workingIn(entry.data());
          backends.forEach(backend -> backend.signal(Signal.KILL));
          return backends.isEmpty();
        });
    DirectoryTree.delete(entry.directory());
    // Killed before it ran, it may have left what it was preparing.
    for (Path base : EmbeddedFiles.bases(cache)) {
      DirectoryTree.delete(EmbeddedFiles.run(base, entry.id()));
    }
    entry.remove(registry);
  }

  private static List<ProcessIdentity> workingIn(Path directory) {
    List<ProcessIdentity> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        if (worksIn(entry, directory)) {
          ProcessIdentity.of(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      return found;
    }
    return found;
  }

  private static boolean worksIn(Path process, Path directory) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).equals(directory);
    } catch (IOException e) {
      return false;
    }
  }

  private static Leftover server(Path directory, Leftover.State state, Instant created)
      throws IOException {
    String why =
        switch (state) {
          case IN_USE -> "a live session needs it";
          case KEPT -> "kept, and not in use";
          case ABANDONED, FOREIGN -> "its session is dead";
        };
    return new Leftover(
        directory.toString(),
        Leftover.Kind.SERVER,
        state,
        null,
        null,
        created,
        null,
        size(directory),
        0,
        why);
  }

  private List<Path> keptHomes() throws IOException {
    List<Path> homes = new ArrayList<>();
    for (Path base : EmbeddedFiles.bases(cache)) {
      try (DirectoryStream<Path> found =
          Files.newDirectoryStream(
              base,
              entry ->
                  entry.getFileName().toString().startsWith("kept-") && Files.isDirectory(entry))) {
        found.forEach(homes::add);
      } catch (NoSuchFileException e) {
        continue;
      }
    }
    return homes;
  }

  private static long size(Path directory) throws IOException {
    long[] bytes = {0};
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }
}
