package io.evalctl.rlm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.JsonLines;
import io.evalctl.llm.Redactor;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The record of a query: a JSON object to a line, {@code {"at","step","type",...}}, there as soon
 * as the step is done. Secrets are taken out. Thread-safe.
 */
final class Trace implements AutoCloseable {
  private static final int MOST_CONTENT = 2000;

  private final JsonLines lines;
  private final Redactor redactor;
  private final TimeSource time;
  private int steps;

  private Trace(JsonLines lines, Redactor redactor, TimeSource time) {
    this.lines = lines;
    this.redactor = redactor;
    this.time = time;
  }

  /**
   * Opens a trace for appending, and makes its directory.
   *
   * @param file null for no trace
   * @throws EvalctlException FILE_UNWRITABLE
   */
  static Trace open(Path file, Redactor redactor, TimeSource time) {
    if (file == null) {
      return new Trace(null, redactor, time);
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot make the directory of the trace " + file + ": " + e,
          "choose a place that can be written",
          e);
    }
    return new Trace(JsonLines.open(file), redactor, time);
  }

  synchronized void write(String type, ObjectNode fields) {
    if (lines == null) {
      return;
    }
    ObjectNode line =
        Json.object().put("at", time.now().toString()).put("step", ++steps).put("type", type);
    line.setAll(fields);
    lines.append(redactor.redact(line));
  }

  /** A long text with its length; cut after the secrets are out, so that no half of one stays. */
  ObjectNode excerpt(String text) {
    return Json.object()
        .put("characters", text.codePointCount(0, text.length()))
        .put("excerpt", Excerpt.of(redactor.redact(text), MOST_CONTENT));
  }

  @Override
  public void close() {
    if (lines != null) {
      lines.close();
    }
  }
}
