package io.evalctl.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.OptionLimits;
import io.evalctl.text.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the JSON of a probe. Immutable and thread-safe. */
final class ProbeInputParser {
  private static final BigDecimal MAX_TEMPERATURE = BigDecimal.valueOf(2);
  private static final BigDecimal MAX_COST = BigDecimal.valueOf(1_000_000);

  /** Where an option stands that a provider does not take as it is. */
  private static final Map<String, String> OPTION_FIELDS =
      Map.of(
          "temperature", "config.temperature",
          "top_p", "modelConfig.topP",
          "stop", "modelConfig.stopSequences",
          "seed", "modelConfig.seed");

  /** More errors than anybody reads. */
  private static final int MAX_LISTED = 1000;

  private final String modelOverride;

  /**
   * @param modelOverride the model to ask instead of the input's, or null
   */
  ProbeInputParser(String modelOverride) {
    this.modelOverride = modelOverride;
  }

  ParsedInput parse(byte[] json) {
    JsonNode root;
    try {
      root = Json.readUnique(json);
    } catch (IOException e) {
      return invalid(null, List.of(new InputError("", "the input is not JSON: " + Json.reason(e))));
    }
    if (root.isMissingNode()) {
      return invalid(null, List.of(new InputError("", "the input is empty")));
    }
    if (!root.isObject()) {
      return invalid(null, List.of(new InputError("", "the input must be a JSON object")));
    }
    return parse(root);
  }

  private ParsedInput parse(JsonNode root) {
    List<InputError> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    FieldReader input =
        new FieldReader(root, "", errors, warnings)
            .knows(
                "runId",
                "scenarioId",
                "modelId",
                "modelVersion",
                "scenario",
                "config",
                "modelConfig",
                "modelCost");
    String runId = input.required("runId");
    String scenarioId = input.required("scenarioId");
    String named = modelOverride == null ? input.required("modelId") : modelOverride;
    String modelVersion = input.optional("modelVersion");
    FieldReader scenario = input.object("scenario", true).knows("preamble", "prompt", "followups");
    String preamble = scenario.optional("preamble");
    String prompt = root.path("scenario").isObject() ? scenario.required("prompt") : null;
    List<ProbeInput.Followup> followups = followups(scenario);
    FieldReader config =
        input.object("config", false).knows("temperature", "maxTokens", "maxTurns");
    FieldReader modelConfig =
        input.object("modelConfig", false).knows("topP", "stopSequences", "seed");
    ChatOptions options = options(config, modelConfig);
    Long maxTurns = config.integer("maxTurns", 1, Integer.MAX_VALUE);
    ModelPrice price = price(input);

    ModelId model = null;
    LlmError noModel = null;
    try {
      model = named == null ? null : ModelId.parse(named);
    } catch (LlmException e) {
      noModel = e.error();
    }
    if (model != null) {
      for (OptionLimits.Problem problem : OptionLimits.problems(model, options)) {
        input.add(OPTION_FIELDS.get(problem.option()), problem.message());
      }
    }
    if (errors.isEmpty() && noModel != null) {
      return new ParsedInput.Invalid(runId, scenarioId, noModel);
    }
    if (noModel != null) {
      input.add("modelId", noModel.message() + "; " + noModel.details());
    }
    if (!errors.isEmpty()) {
      return invalid(root, errors);
    }
    return new ParsedInput.Valid(
        new ProbeInput(
            runId,
            scenarioId,
            model,
            modelVersion,
            preamble == null ? "" : preamble,
            prompt,
            followups,
            maxTurns == null ? null : (Integer) maxTurns.intValue(),
            options,
            price,
            root.path("scenario"),
            warnings.size() <= MAX_LISTED ? warnings : warnings.subList(0, MAX_LISTED)));
  }

  private static List<ProbeInput.Followup> followups(FieldReader scenario) {
    List<ProbeInput.Followup> followups = new ArrayList<>();
    for (FieldReader followup : scenario.objects("followups")) {
      String fallback = "followup_" + (followups.size() + 1);
      if (followup == null) {
        followups.add(new ProbeInput.Followup(fallback, ""));
        continue;
      }
      String label = followup.knows("label", "prompt").optional("label");
      followups.add(
          new ProbeInput.Followup(
              label == null || label.isBlank() ? fallback : label, followup.required("prompt")));
    }
    return followups;
  }

  private static ChatOptions options(FieldReader config, FieldReader modelConfig) {
    BigDecimal temperature = config.number("temperature", BigDecimal.ZERO, MAX_TEMPERATURE);
    BigDecimal topP = modelConfig.number("topP", BigDecimal.ZERO, BigDecimal.ONE);
    Long maxTokens = config.integer("maxTokens", 1, Integer.MAX_VALUE);
    return new ChatOptions(
        temperature == null ? null : (Double) temperature.doubleValue(),
        topP == null ? null : (Double) topP.doubleValue(),
        maxTokens == null ? null : (Integer) maxTokens.intValue(),
        modelConfig.strings("stopSequences"),
        modelConfig.integer("seed", Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  private static ModelPrice price(FieldReader input) {
    if (!input.present("modelCost")) {
      return null;
    }
    FieldReader cost =
        input.object("modelCost", false).knows("costInputPerMillion", "costOutputPerMillion");
    BigDecimal in = cost.number("costInputPerMillion", BigDecimal.ZERO, MAX_COST);
    BigDecimal out = cost.number("costOutputPerMillion", BigDecimal.ZERO, MAX_COST);
    return in == null || out == null ? null : ModelPrice.given(in, out, "modelCost of the input");
  }

  private static ParsedInput invalid(JsonNode root, List<InputError> errors) {
    String message =
        errors.size() == 1 ? errors.get(0).toString() : errors.size() + " errors in the input";
    return new ParsedInput.Invalid(
        given(root, "runId"),
        given(root, "scenarioId"),
        LlmError.of(
            LlmErrorCode.VALIDATION_ERROR,
            message,
            errors.stream()
                .limit(MAX_LISTED)
                .map(InputError::toString)
                .collect(Collectors.joining("\n"))));
  }

  private static String given(JsonNode root, String field) {
    return root != null && root.path(field).isTextual() ? root.path(field).textValue() : null;
  }
}
