package io.evalctl.subject.zookeeper;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Takes a directory for an ensemble, and gives it back. Only a directory that is new, empty, or
 * carries an ensemble's marker is ever written to, and only what an ensemble puts there is deleted.
 */
final class HomeDirectory {
  private final EnsembleHome home;
  private final TimeSource time;

  HomeDirectory(EnsembleHome home, TimeSource time) {
    this.home = home;
    this.time = time;
  }

  /**
   * Makes the directory the owner's. What a dead owner left there is ended first.
   *
   * @throws EvalctlException FILE_UNWRITABLE when it is somebody's, or cannot be made
   */
  void claim(EnsembleOwner owner) {
    try {
      if (Files.exists(home.marker())) {
        Optional<EnsembleOwner> earlier = EnsembleOwner.read(home.marker());
        if (earlier.filter(EnsembleOwner::alive).isPresent()) {
          throw new EvalctlException(
              ErrorCode.FILE_UNWRITABLE,
              "%s is in use by another evalctl, process %d"
                  .formatted(home.dir(), earlier.get().process().pid()),
              "give another directory, or wait until it has ended");
        }
        earlier.ifPresent(dead -> Ensemble.end(EnsembleHome.open(home.dir()), dead.runId(), time));
        deleteContent();
      } else if (Files.exists(home.dir()) && !emptyDirectory()) {
        throw new EvalctlException(
            ErrorCode.FILE_UNWRITABLE,
            home.dir() + " is there already, and is not a directory that evalctl has made",
            "give a new or an empty directory");
      }
      Files.createDirectories(home.dir());
      owner.write(home.marker());
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot make the subject's home " + home.dir() + ": " + e,
          "give a directory that can be written to",
          e);
    }
  }

  /**
   * Gives it back: deletes what the ensemble has put there, then the directory if nothing else is
   * in it. A directory without the marker is left alone.
   */
  void remove() throws IOException {
    if (!Files.exists(home.marker())) {
      return;
    }
    deleteContent();
    Files.deleteIfExists(home.marker());
    try {
      Files.deleteIfExists(home.dir());
    } catch (DirectoryNotEmptyException e) {
      // holds files of somebody else
    }
  }

  /** Leaves everything there, for the user to read and for a later run to take over. */
  void release() throws IOException {
    Files.writeString(home.marker(), "{}\n", StandardCharsets.UTF_8);
  }

  private void deleteContent() throws IOException {
    List<Path> content =
        List.of(
            home.dir().resolve("nodes"),
            home.dir().resolve("bin"),
            home.description(),
            home.context());
    for (Path path : content) {
      DirectoryTree.delete(path);
    }
  }

  private boolean emptyDirectory() throws IOException {
    if (!Files.isDirectory(home.dir())) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(home.dir())) {
      return !entries.iterator().hasNext();
    }
  }
}
