package io.evalctl.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.campaign.OpenedSubject;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.Json;
import io.evalctl.text.PastTense;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The evals that are at work. Each has an entry on disk before it makes anything, so that a later
 * evalctl finds the directory and the programs of one that was killed. Several evalctl may use it
 * side by side.
 */
public final class EvalRegistry {
  private record Entry(String runId, ProcessOwner owner, Path directory) {
    String describe() {
      return "end what eval %s left, whose evalctl (process %d) is dead: its programs, %s"
          .formatted(runId, owner.process().pid(), directory);
    }
  }

  private static final String SUFFIX = ".eval";

  private final Path registry;
  private final TimeSource time;

  public EvalRegistry(Paths paths, TimeSource time) {
    this.registry = paths.runRegistry();
    this.time = time;
  }

  /** Enters a run of this process, in one step: nobody ever reads half an entry. */
  void enter(String runId, Path directory) {
    ProcessOwner owner = ProcessOwner.self();
    String json =
        Json.object()
            .put("pid", owner.process().pid())
            .put("startTicks", owner.process().startTicks())
            .put("host", owner.host())
            .put("directory", directory.toString())
            .toString();
    Path unfinished = registry.resolve(runId + ".tmp");
    try {
      Files.createDirectories(registry);
      Files.writeString(unfinished, json, StandardCharsets.UTF_8);
      Files.move(unfinished, file(runId), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "the run cannot be entered in " + registry + ": " + e.getMessage(),
          "set XDG_STATE_HOME to a directory that can be written to",
          e);
    }
  }

  void leave(String runId) {
    try {
      Files.deleteIfExists(file(runId));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, file(runId) + " cannot be removed: " + e, null, e);
    }
  }

  /** What {@link #clearDead} would do, a line each. */
  public List<String> dead() {
    return find().stream().map(Entry::describe).toList();
  }

  /** Ends what dead evals left; returns what was done, a line each. */
  public List<String> clearDead() {
    List<String> actions = new ArrayList<>();
    for (Entry entry : find()) {
      MarkedProcesses.killAll(OpenedSubject.RUN_MARKER, entry.runId(), time);
      try {
        DirectoryTree.delete(entry.directory());
      } catch (IOException e) {
        throw new EvalctlException(
            ErrorCode.FILE_UNWRITABLE,
            entry.directory() + " cannot be removed: " + e,
            "remove it by hand",
            e);
      }
      leave(entry.runId());
      actions.add(PastTense.of(entry.describe()));
    }
    return actions;
  }

  private List<Entry> find() {
    List<Entry> dead = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(registry, "*" + SUFFIX)) {
      for (Path file : files) {
        read(file).filter(entry -> entry.owner().dead()).ifPresent(dead::add);
      }
    } catch (NoSuchFileException e) {
      return dead;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read the runs in " + registry + ": " + e, null, e);
    }
    return dead;
  }

  /** Empty when another evalctl has removed it meanwhile. */
  private static Optional<Entry> read(Path file) throws IOException {
    try {
      JsonNode json = Json.parse(Files.readString(file, StandardCharsets.UTF_8));
      String name = file.getFileName().toString();
      return Optional.of(
          new Entry(
              name.substring(0, name.length() - SUFFIX.length()),
              new ProcessOwner(
                  new ProcessIdentity(json.path("pid").asLong(), json.path("startTicks").asLong()),
                  json.path("host").asText()),
              Path.of(json.path("directory").asText())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path file(String runId) {
    return registry.resolve(runId + SUFFIX);
  }
}
