package io.evalctl.eval;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.Dataset;
import io.evalctl.file.WritableFile;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.PriceTable;
import io.evalctl.process.ProgramPath;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Refuses, before anything is stored or started, what cannot be asked or run at all. */
public final class EvalPreflight {
  private EvalPreflight() {}

  /**
   * Asks nobody and makes nothing, the record included.
   *
   * @throws EvalctlException UNKNOWN_MODEL, MODEL_FAILED, FILE_UNREADABLE, FILE_UNWRITABLE,
   *     INVALID_CONFIGURATION or PROCESS_START
   */
  public static void check(EvalPlan plan, LlmSettings settings, TimeSource time) {
    if (settings.record() != null) {
      requireWritable(settings.record());
    }
    LlmSettings unrecorded =
        new LlmSettings(
            settings.environment(),
            settings.directory(),
            settings.baseUrl(),
            null,
            settings.replay());
    try (ChatModels models = new ChatModels(unrecorded, time, new Random(), CallListener.NONE)) {
      requireModels(plan, models);
    }
    if (Tasks.asksModel(plan) && plan.limits().cost() != null) {
      plan.models().forEach(EvalPreflight::requirePrice);
    }
    requirePrograms(plan, settings.environment());
  }

  private static void requireModels(EvalPlan plan, ChatModels models) {
    Set<String> asked = new LinkedHashSet<>(plan.dataset().judges());
    if (Tasks.asksModel(plan)) {
      asked.addAll(plan.models());
    }
    for (String model : asked) {
      try {
        models.model(ModelId.parse(model));
      } catch (LlmException e) {
        boolean unknown = e.error().code() == LlmErrorCode.UNSUPPORTED_PROVIDER;
        throw unknown
            ? new EvalctlException(
                ErrorCode.UNKNOWN_MODEL, e.error().message(), e.error().details(), e)
            : Hopeless.failure(e);
      }
    }
  }

  /** A limit that nobody could see reached would be none. */
  private static void requirePrice(String model) {
    if (PriceTable.builtIn(ModelId.parse(model)).isEmpty()) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "the cost cannot be limited: no price is known for " + model,
          "leave the cost limit out, or limit tokens");
    }
  }

  private static void requirePrograms(EvalPlan plan, Map<String, String> environment) {
    Dataset dataset = plan.dataset();
    requireProgram("exec", dataset.exec(), dataset.directory(), environment);
    if (plan.template() != null) {
      requireProgram(
          "migrations.command",
          plan.template().migrationCommand(),
          dataset.directory(),
          environment);
    }
  }

  private static void requireProgram(
      String key, List<String> command, Path directory, Map<String, String> environment) {
    if (command.isEmpty()) {
      return;
    }
    ProgramPath.refusal(command, directory, environment)
        .ifPresent(
            why -> {
              throw new EvalctlException(
                  ErrorCode.PROCESS_START,
                  "the program of %s cannot be started: %s".formatted(key, why),
                  "paths are relative to " + directory + ", where the dataset is");
            });
  }

  private static void requireWritable(Path record) {
    WritableFile.refusal(record)
        .ifPresent(
            why -> {
              throw new EvalctlException(
                  ErrorCode.FILE_UNWRITABLE,
                  "record %s cannot be written: %s".formatted(record, why),
                  "give --record a file in a directory that can be written to");
            });
  }
}
