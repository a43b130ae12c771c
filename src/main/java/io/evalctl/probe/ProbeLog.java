package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.Redactor;
import io.evalctl.text.Json;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Structured logs: one JSON object to a line, {@code {"at","event",...}}. Prompts, answers and keys
 * are not in them. Thread-safe.
 */
public final class ProbeLog implements ProbeListener, CallListener {
  private final PrintStream out;
  private final Redactor redactor;
  private final TimeSource time;

  public ProbeLog(PrintStream out, Redactor redactor, TimeSource time) {
    this.out = out;
    this.redactor = redactor;
    this.time = time;
  }

  @Override
  public void happened(String event, ObjectNode fields) {
    ObjectNode line = Json.object().put("at", ProbeJson.time(time.now())).put("event", event);
    line.setAll(fields);
    out.println(Json.text(redactor.redact(line)));
  }

  @Override
  public void retrying(ModelId id, LlmError error, Duration wait) {
    happened(
        "call_retried",
        Json.object()
            .put("model", id.toString())
            .put("code", error.code().name())
            .put("statusCode", error.statusCode())
            .put("message", error.message())
            .put("attempt", error.attempts())
            .put("waitMs", wait.toMillis()));
  }
}
