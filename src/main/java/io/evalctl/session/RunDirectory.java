package io.evalctl.session;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The temporary directory of one run, whose path follows from the run's id. */
record RunDirectory(Path path) {

  static RunDirectory of(String runId) {
    return new RunDirectory(Path.of(System.getProperty("java.io.tmpdir"), "evalctl-" + runId));
  }

  /** Makes it, readable for its owner only: it holds what operators print. */
  static RunDirectory create(String runId) {
    RunDirectory directory = of(runId);
    try {
      Files.createDirectory(
          directory.path(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "the run's directory " + directory.path() + " cannot be made",
          "set TMPDIR to a directory that can be written to",
          e);
    }
    return directory;
  }

  /** Removes it with all it holds, if it is there; never follows a link. */
  void remove() {
    try {
      DirectoryTree.delete(path);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "the run's directory " + path + " cannot be removed: " + e,
          "remove it by hand",
          e);
    }
  }
}
