package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.TokenCount;
import io.evalctl.llm.Usage;
import io.evalctl.text.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The probe's output, as JSON. */
final class ProbeJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private ProbeJson() {}

  /** ISO 8601 in UTC with six digits, as times stand in the results store. */
  static String time(Instant instant) {
    return TIME.format(instant);
  }

  static ObjectNode success(Transcript transcript, List<String> warnings) {
    ObjectNode node = Json.object().put("success", true);
    node.set("transcript", transcript(transcript));
    return withWarnings(node, warnings);
  }

  static ObjectNode failure(LlmError error, Transcript partial, List<String> warnings) {
    ObjectNode node = Json.object().put("success", false);
    node.set("error", error(error));
    if (partial != null && !partial.turns().isEmpty()) {
      node.set("partialTranscript", transcript(partial));
    }
    return withWarnings(node, warnings);
  }

  static ObjectNode transcript(Transcript transcript) {
    ObjectNode node = Json.object();
    ArrayNode turns = node.putArray("turns");
    transcript.turns().forEach(turn -> turns.add(turn(turn, transcript)));
    node.put("totalInputTokens", transcript.inputTokens());
    node.put("totalOutputTokens", transcript.outputTokens());
    node.put("modelVersion", transcript.modelVersion());
    node.put("startedAt", time(transcript.startedAt()));
    node.put("completedAt", time(transcript.completedAt()));
    if (transcript.omittedPrompts() > 0) {
      node.put("omittedPrompts", transcript.omittedPrompts());
    }
    node.set("costSnapshot", cost(transcript.price(), transcript.cost()));
    return node;
  }

  static ObjectNode error(LlmError error) {
    return Json.object()
        .put("message", error.message())
        .put("code", error.code().name())
        .put("retryable", error.retryable())
        .put("details", error.details())
        .put("statusCode", error.statusCode())
        .put("attempts", error.attempts())
        .put("retryAfterMs", error.retryAfterMs());
  }

  static ObjectNode withWarnings(ObjectNode node, List<String> warnings) {
    if (!warnings.isEmpty()) {
      ArrayNode array = node.putArray("warnings");
      warnings.forEach(array::add);
    }
    return node;
  }

  private static ObjectNode turn(Turn turn, Transcript transcript) {
    ObjectNode node =
        Json.object()
            .put("turnNumber", turn.number())
            .put("promptLabel", turn.label())
            .put("probePrompt", turn.prompt())
            .put("targetResponse", turn.response());
    if (turn.truncated()) {
      node.put("truncated", true);
    }
    ChatResponse answer = turn.answer();
    node.put("inputTokens", answer.usage().input().tokens());
    node.put("outputTokens", answer.usage().output().tokens());
    ObjectNode metadata = node.putObject("providerMetadata");
    metadata.put("provider", transcript.model().provider().label());
    metadata.put("model", transcript.model().model());
    metadata.put("modelVersion", answer.modelVersion());
    metadata.put("responseId", answer.responseId());
    metadata.put("finishReason", answer.stopReason().label());
    metadata.put("rawFinishReason", answer.rawStopReason());
    metadata.put("attempts", answer.attempts());
    if (!answer.droppedParameters().isEmpty()) {
      ArrayNode dropped = metadata.putArray("droppedParameters");
      answer.droppedParameters().forEach(dropped::add);
    }
    metadata.set("usage", usage(answer.usage()));
    metadata.putObject("timing").put("requestMs", answer.latency().toMillis());
    return node;
  }

  private static ObjectNode usage(Usage usage) {
    ObjectNode node = Json.object();
    putCount(node, "input", usage.input());
    putCount(node, "cachedInput", usage.cachedInput());
    putCount(node, "cacheWrite", usage.cacheWrite());
    putCount(node, "output", usage.output());
    putCount(node, "reasoning", usage.reasoning());
    return node;
  }

  private static void putCount(ObjectNode node, String field, TokenCount count) {
    if (count == null) {
      node.putNull(field);
    } else {
      node.putObject(field).put("tokens", count.tokens()).put("origin", count.origin().label());
    }
  }

  /** What the conversation cost and by which prices; every figure that is unknown is null. */
  private static ObjectNode cost(ModelPrice price, BigDecimal cost) {
    ObjectNode node = Json.object().put("currency", "USD");
    node.put("estimatedCost", cost);
    node.put("inputPerMillion", price == null ? null : price.input());
    node.put("cachedInputPerMillion", price == null ? null : price.cachedInput());
    node.put("cacheWritePerMillion", price == null ? null : price.cacheWrite());
    node.put("outputPerMillion", price == null ? null : price.output());
    node.put("source", price == null ? null : price.source());
    node.put("date", price == null || price.date() == null ? null : price.date().toString());
    return node;
  }
}
