package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.Redactor;
import io.evalctl.results.TranscriptRow;
import io.evalctl.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Makes the stored form of a transcript. */
final class TranscriptRecord {
  private static final int SCHEMA_VERSION = 1;

  private TranscriptRecord() {}

  /**
   * @param index the input's line in its batch, or null
   * @param error why the conversation ended early, or null
   */
  static TranscriptRow of(
      ProbeInput input, Integer index, Transcript transcript, LlmError error, Redactor redactor) {
    ObjectNode content = Json.object().put("schemaVersion", SCHEMA_VERSION);
    content.setAll(ProbeJson.transcript(transcript));
    if (error != null) {
      content.set("error", ProbeJson.error(error));
    }
    return new TranscriptRow(
        id(input, index),
        redactor.redact(input.runId()),
        redactor.redact(input.scenarioId()),
        redactor.redact(input.model().toString()),
        transcript.modelVersion(),
        Json.text(redactor.redact(content)),
        transcript.turns().size(),
        transcript.inputTokens() + transcript.outputTokens(),
        transcript.duration().toMillis(),
        transcript.cost(),
        index == null ? 0 : index,
        Json.text(redactor.redact(input.definition())),
        transcript.completedAt());
  }

  /** A resumed batch may save a line again, so that its id comes from what the line says. */
  private static String id(ProbeInput input, Integer index) {
    if (index == null) {
      return UUID.randomUUID().toString();
    }
    String name =
        String.join(
            "\n", input.runId(), input.scenarioId(), input.model().toString(), index.toString());
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
