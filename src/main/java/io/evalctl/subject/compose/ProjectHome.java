package io.evalctl.subject.compose;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The directory of a project's files: a new one, or an empty one of the user's. */
final class ProjectHome {
  private static final String MARKER = ".evalctl-run";

  private ProjectHome() {}

  /**
   * Takes it for a run.
   *
   * @throws EvalctlException FILE_UNWRITABLE, also when something of others is in it
   */
  static void claim(Path home, String runId) {
    try {
      Files.createDirectories(home);
      try (Stream<Path> entries = Files.list(home)) {
        if (entries.findAny().isPresent()) {
          throw new EvalctlException(
              ErrorCode.FILE_UNWRITABLE,
              "the subject's home " + home + " is not empty",
              "give --subject-home an empty or a new directory");
        }
      }
      Files.writeString(home.resolve(MARKER), runId + "\n");
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "the subject's home " + home + " cannot be made: " + e,
          "give --subject-home a directory that can be written to",
          e);
    }
  }

  /** Removes it, if it still is this run's; with {@code keep} it only lets it go. */
  static void release(Path home, String runId, boolean keep) {
    try {
      Path marker = home.resolve(MARKER);
      if (!Files.exists(marker) || !Files.readString(marker).strip().equals(runId)) {
        return;
      }
      if (keep) {
        Files.delete(marker);
      } else {
        DirectoryTree.delete(home);
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "the subject's home " + home + " cannot be removed: " + e,
          "remove it by hand",
          e);
    }
  }
}
