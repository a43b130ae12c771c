package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.PriceTable;
import io.evalctl.llm.Redactor;
import io.evalctl.results.TranscriptRow;
import io.evalctl.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs probes: JSON in, the probe's output object out, whatever happens in between. Thread-safe.
 */
public final class ProbeRunner {
  /** How long a probe may take when nobody says otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(300);

  private final ProbeInputParser parser;
  private final ChatModels models;
  private final Redactor redactor;
  private final Duration timeout;
  private final TranscriptStore store;
  private final ProbeListener listener;
  private final TimeSource time;

  /**
   * @param modelOverride the model to ask instead of the input's, or null
   * @param timeout for a probe with all its turns and retries
   * @param store where transcripts are saved, or null
   */
  public ProbeRunner(
      ChatModels models,
      String modelOverride,
      Duration timeout,
      TranscriptStore store,
      ProbeListener listener,
      TimeSource time) {
    this.parser = new ProbeInputParser(modelOverride);
    this.models = models;
    this.redactor = models.redactor();
    this.timeout = timeout;
    this.store = store;
    this.listener = listener;
    this.time = time;
  }

  /** Runs one probe from its JSON in UTF-8. Never throws. */
  public ProbeResult run(byte[] json) {
    return run(json, null);
  }

  /**
   * As {@link #run(byte[])}, for a line of a batch.
   *
   * @param index the line's number from 0, or null
   */
  ProbeResult run(byte[] json, Integer index) {
    try {
      ParsedInput parsed = parser.parse(json);
      if (parsed instanceof ParsedInput.Invalid invalid) {
        return result(
            ProbeResult.Outcome.FAILED,
            invalid.runId(),
            invalid.scenarioId(),
            ProbeJson.failure(invalid.error(), null, List.of()));
      }
      return converse(((ParsedInput.Valid) parsed).input(), index);
    } catch (RuntimeException e) {
      return failed(internal(e));
    }
  }

  /** The ids that the answer to an input bears. */
  ProbeIds ids(byte[] json) {
    ParsedInput parsed = parser.parse(json);
    ProbeIds ids =
        parsed instanceof ParsedInput.Invalid invalid
            ? new ProbeIds(invalid.runId(), invalid.scenarioId())
            : new ProbeIds(
                ((ParsedInput.Valid) parsed).input().runId(),
                ((ParsedInput.Valid) parsed).input().scenarioId());
    return new ProbeIds(redactor.redact(ids.runId()), redactor.redact(ids.scenarioId()));
  }

  /** Looks at one probe's JSON without asking a model. Never throws. */
  public ProbeResult check(byte[] json) {
    ParsedInput parsed = parser.parse(json);
    if (parsed instanceof ParsedInput.Invalid invalid) {
      return failed(invalid.error());
    }
    ProbeInput input = ((ParsedInput.Valid) parsed).input();
    ObjectNode found =
        Json.object()
            .put("success", true)
            .put("dryRun", true)
            .put("model", input.model().toString())
            .put("prompts", input.turns().size());
    return result(
        ProbeResult.Outcome.SUCCEEDED,
        input.runId(),
        input.scenarioId(),
        ProbeJson.withWarnings(found, input.warnings()));
  }

  /** The result of a probe that could not even be read, or not be begun. */
  public ProbeResult failed(LlmError error) {
    return result(
        ProbeResult.Outcome.FAILED, null, null, ProbeJson.failure(error, null, List.of()));
  }

  private ProbeResult converse(ProbeInput input, Integer index) {
    ModelPrice price =
        input.price() != null ? input.price() : PriceTable.builtIn(input.model()).orElse(null);
    Conversation conversation = new Conversation(input, price, listener, time);
    LlmError error = null;
    ProbeResult.Outcome outcome = ProbeResult.Outcome.FAILED;
    try {
      conversation.hold(models.model(input.model()), Deadline.in(timeout, time));
      outcome = ProbeResult.Outcome.SUCCEEDED;
    } catch (LlmException e) {
      error = e.error();
    } catch (EvalctlException e) {
      boolean interrupted = e.code() == ErrorCode.INTERRUPTED;
      outcome = interrupted ? ProbeResult.Outcome.INTERRUPTED : outcome;
      error =
          interrupted
              ? LlmError.of(
                  LlmErrorCode.UNKNOWN, "the probe was interrupted before its end", e.getMessage())
              : LlmError.of(LlmErrorCode.UNKNOWN, e.getMessage(), e.hint());
    } catch (RuntimeException e) {
      error = internal(e);
    }
    Transcript transcript = conversation.transcript();
    List<String> warnings = new ArrayList<>(input.warnings());
    warnings.addAll(conversation.warnings());
    String saved = save(input, index, transcript, error, warnings);
    ObjectNode json =
        error == null
            ? ProbeJson.success(transcript, warnings)
            : ProbeJson.failure(error, transcript, warnings);
    if (saved != null) {
      json.put("transcriptId", saved);
    }
    ObjectNode end =
        Json.object()
            .put("runId", input.runId())
            .put("scenarioId", input.scenarioId())
            .put("success", error == null);
    listener.happened("probe_finished", error == null ? end : end.put("code", error.code().name()));
    return result(outcome, input.runId(), input.scenarioId(), json);
  }

  /** Returns the id under which the transcript was saved, or null. */
  private String save(
      ProbeInput input,
      Integer index,
      Transcript transcript,
      LlmError error,
      List<String> warnings) {
    if (store == null || transcript.turns().isEmpty()) {
      return null;
    }
    try {
      TranscriptRow saved = TranscriptRecord.of(input, index, transcript, error, redactor);
      store.save(saved);
      return saved.id();
    } catch (EvalctlException e) {
      warnings.add("the transcript was not saved: " + e.getMessage());
      return null;
    }
  }

  private ProbeResult result(
      ProbeResult.Outcome outcome, String runId, String scenarioId, ObjectNode json) {
    return new ProbeResult(
        outcome,
        redactor.redact(runId),
        redactor.redact(scenarioId),
        (ObjectNode) redactor.redact(json));
  }

  private static LlmError internal(RuntimeException e) {
    return LlmError.of(LlmErrorCode.UNKNOWN, "internal error, please report it", e.toString());
  }
}
