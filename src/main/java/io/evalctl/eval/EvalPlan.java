package io.evalctl.eval;

import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.CaseLimits;
import io.evalctl.eval.dataset.CaseSelection;
import io.evalctl.eval.dataset.DatabaseDefinition;
import io.evalctl.eval.dataset.Dataset;
import io.evalctl.eval.dataset.DatasetReader;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.eval.dataset.TaskKind;
import io.evalctl.eval.statistics.Reducer;
import io.evalctl.template.TemplateSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A request with its dataset read and everything checked that can be checked before anything runs.
 *
 * @param cases those that were selected, in their order
 * @param template the database that cases are given clones of, or null
 * @param limits of every case
 */
public record EvalPlan(
    EvalRequest request,
    Dataset dataset,
    List<EvalCase> cases,
    TemplateSpec template,
    CaseLimits limits) {
  public EvalPlan {
    cases = List.copyOf(cases);
  }

  /**
   * @param file the dataset, resolved
   * @throws EvalctlException INVALID_DATASET, FILE_UNREADABLE, USAGE
   */
  public static EvalPlan of(EvalRequest asked, Path file) {
    Dataset dataset = DatasetReader.read(file, asked.allowOutside(), asked.migrations() != null);
    List<EvalCase> cases = CaseSelection.of(asked.cases(), asked.range()).select(dataset.cases());
    EvalRequest request = asked.models().isEmpty() ? asked.withModels(dataset.models()) : asked;
    requireModels(request, dataset);
    requireReducer(request);
    return new EvalPlan(
        request,
        dataset,
        cases,
        template(request, dataset),
        request.limits().over(dataset.limits()));
  }

  public List<String> models() {
    return request.models();
  }

  public int epochs() {
    return request.epochs();
  }

  /** Samples of each run. */
  public int samples() {
    return cases.size() * epochs();
  }

  private static void requireModels(EvalRequest request, Dataset dataset) {
    if (request.models().isEmpty()) {
      throw EvalctlException.usage(
          "no model is named, neither by --model nor in dataset " + dataset.file(),
          "give --model PROVIDER:MODEL");
    }
    if (dataset.task() != TaskKind.EXEC && request.models().contains(Dataset.NO_MODEL)) {
      throw EvalctlException.usage(
          "task %s asks a model, so --model none cannot serve it".formatted(dataset.task().label()),
          "give --model PROVIDER:MODEL");
    }
    if (request.models().stream().distinct().count() < request.models().size()) {
      throw EvalctlException.usage(
          "a model is named twice: " + String.join(", ", request.models()),
          "repeat cases with --epochs instead");
    }
  }

  private static void requireReducer(EvalRequest request) {
    if (request.epochs() < 1) {
      throw EvalctlException.usage("--epochs must be at least 1", null);
    }
    Reducer.parse(request.reducer()).requireEpochs(request.epochs());
  }

  private static TemplateSpec template(EvalRequest request, Dataset dataset) {
    DatabaseDefinition database = dataset.database();
    if (request.migrations() != null) {
      return new TemplateSpec(
          request.migrations(),
          database == null ? Map.of() : database.placeholders(),
          List.of(),
          List.of(),
          dataset.directory(),
          DatabaseDefinition.DEFAULT_COMMAND_TIMEOUT,
          database == null ? null : database.seed(),
          database == null ? List.of() : database.extensions());
    }
    return database == null
        ? null
        : new TemplateSpec(
            database.migrations(),
            database.placeholders(),
            database.command(),
            database.inputs(),
            dataset.directory(),
            database.commandTimeout(),
            database.seed(),
            database.extensions());
  }
}
