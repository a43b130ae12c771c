package io.evalctl.probe;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of a batch, with a probe on each line, and whether answers belong to it. Immutable. */
final class BatchInput {
  private final Path path;
  private final ProbeRunner probes;

  BatchInput(Path path, ProbeRunner probes) {
    this.path = path;
    this.probes = probes;
  }

  /** A plain file stream: one over a channel would be closed when the thread is interrupted. */
  InputStream open() throws IOException {
    return new FileInputStream(path.toFile());
  }

  /**
   * How many probes it holds.
   *
   * @throws EvalctlException {@link ErrorCode#FILE_UNREADABLE}
   */
  long count() {
    try {
      if (!Files.isRegularFile(path)) {
        throw new IOException(Files.exists(path) ? "it is not a file" : "there is no such file");
      }
      if (!Files.isReadable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      try (InputStream file = open()) {
        LineReader reader = new LineReader(file);
        long lines = 0;
        while (reader.next() != null) {
          lines++;
        }
        return lines;
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  void requireOtherThan(Path out) {
    try {
      if (Files.exists(path) && Files.exists(out) && Files.isSameFile(path, out)) {
        throw EvalctlException.usage(
            "the batch and its output are the same file", "give another --out");
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Looks at all of it, before an answer to another input is thrown away.
   *
   * @throws EvalctlException {@link ErrorCode#RESUME_MISMATCH}
   */
  void requireAllOf(FinishedLines finished) {
    try (InputStream file = open()) {
      LineReader reader = new LineReader(file);
      int lines = 0;
      for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
        lines = line.index() + 1;
        if (finished.contains(line.index())) {
          requireOwner(finished, line);
        }
      }
      requireLength(finished, lines);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * @throws EvalctlException {@link ErrorCode#RESUME_MISMATCH} when a line's answer is another's
   */
  void requireOwner(FinishedLines finished, LineReader.Line line) {
    ProbeIds ids = line.json() == null ? ProbeIds.NONE : probes.ids(line.json());
    if (!finished.belongsTo(line.index(), ids)) {
      throw mismatch(
          "line %d of %s is not the input that was answered".formatted(line.index(), path));
    }
  }

  /**
   * @throws EvalctlException {@link ErrorCode#RESUME_MISMATCH} when there are answers beyond it
   */
  void requireLength(FinishedLines finished, int lines) {
    if (finished.last() >= lines) {
      throw mismatch("%s ends before line %d, which is answered".formatted(path, finished.last()));
    }
  }

  EvalctlException unreadable(IOException e) {
    return new EvalctlException(
        ErrorCode.FILE_UNREADABLE,
        "cannot read %s: %s".formatted(path, BoundedInput.reason(e)),
        "give a file with one JSON object on each line",
        e);
  }

  private static EvalctlException mismatch(String message) {
    return new EvalctlException(
        ErrorCode.RESUME_MISMATCH,
        message,
        "resume with the file that the batch was started with, or give another --out");
  }
}
