package io.evalctl.eval;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An empty directory that lives as long as a sample. */
record SampleDirectory(Path path) implements AutoCloseable {

  static SampleDirectory create(Path parent) {
    try {
      return new SampleDirectory(Files.createTempDirectory(parent, "sample-"));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "no directory for a sample can be made in " + parent + ": " + e.getMessage(),
          "set TMPDIR to a directory that can be written to",
          e);
    }
  }

  @Override
  public void close() {
    try {
      DirectoryTree.delete(path);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "directory " + path + " cannot be removed: " + e, null, e);
    }
  }
}
