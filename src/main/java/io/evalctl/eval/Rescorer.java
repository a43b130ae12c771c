package io.evalctl.eval;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.eval.scorer.QueryAnswers;
import io.evalctl.eval.scorer.Scorer;
import io.evalctl.eval.task.Spending;
import io.evalctl.eval.task.TaskResult;
import io.evalctl.llm.ChatModels;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Judges the outputs of a run once more, with the dataset's scorers as they are now, and runs no
 * task. A case's database is gone, but for the rows that queries gave; a score that needs more
 * stays as it was, and is named.
 */
public final class Rescorer {
  /**
   * What came of it.
   *
   * @param changed how many samples came out otherwise than before
   * @param unjudged the scores that stay as they were, each with its case and epoch
   */
  public record Rescored(int changed, List<String> unjudged) {
    public Rescored {
      unjudged = List.copyOf(unjudged);
    }
  }

  private final ResultsStore store;
  private final ChatModels models;
  private final TimeSource time;

  public Rescorer(ResultsStore store, ChatModels models, TimeSource time) {
    this.store = store;
    this.models = models;
    this.time = time;
  }

  /**
   * Judges all samples that have an output.
   *
   * @throws io.evalctl.error.EvalctlException what would spoil every other sample, too, such as a
   *     judge that cannot be asked: the scores that are there stay
   */
  public Rescored rescore(EvalRunRow run, EvalPlan plan) {
    Map<String, EvalCase> cases =
        plan.dataset().cases().stream()
            .collect(Collectors.toMap(EvalCase::name, Function.identity()));
    int changed = 0;
    List<String> unjudged = new ArrayList<>();
    for (EvalSampleRow sample : store.evalSamples().ofRun(run.id())) {
      EvalCase evalCase = cases.get(sample.caseName());
      boolean hasOutput = Json.parse(sample.outputJson()).has("output");
      if (evalCase == null || !hasOutput || sample.status().equals("sandbox-lost")) {
        continue;
      }
      EvalSampleRow again = rescore(run, plan, evalCase, sample, unjudged);
      store.evalSamples().rescored(again);
      changed += again.passed() != sample.passed() || again.value() != sample.value() ? 1 : 0;
    }
    return new Rescored(changed, unjudged);
  }

  private EvalSampleRow rescore(
      EvalRunRow run,
      EvalPlan plan,
      EvalCase evalCase,
      EvalSampleRow sample,
      List<String> unjudged) {
    TaskResult result = result(sample);
    QueryAnswers answers =
        evalCase.usesDatabase() && plan.template() != null
            ? QueryAnswers.of(Json.parse(sample.outputJson()).path("queries"))
            : QueryAnswers.fresh();
    Map<String, EvalSampleRow.Score> kept = new HashMap<>();
    List<Scorer> again = new ArrayList<>();
    for (Scorer scorer : evalCase.scorers()) {
      Optional<EvalSampleRow.Score> old =
          scorer.judgesWithout(answers) ? Optional.empty() : find(sample, scorer.label());
      if (old.isPresent()) {
        kept.put(scorer.label(), old.get());
        unjudged.add(
            "%s of case %s%s"
                .formatted(
                    scorer.label(),
                    sample.caseName(),
                    run.epochs() > 1 ? ", epoch " + sample.epoch() : ""));
      } else {
        again.add(scorer);
      }
    }
    Scoring fresh =
        Scoring.of(
            again,
            () ->
                new SampleEvidence(
                    evalCase,
                    result,
                    plan.dataset().directory(),
                    null,
                    answers,
                    "the case's database is gone; run the case again to judge by it",
                    models,
                    EvalRunner.occasion(evalCase, sample.epoch()),
                    new Spending(),
                    run.model(),
                    Deadline.in(SampleRun.SCORER_LIMIT, time)));
    fresh.problem().ifPresent(Hopeless::rethrow);
    fresh.scores().stream().map(this::redacted).forEach(score -> kept.put(score.scorer(), score));
    Scoring scoring =
        new Scoring(
            evalCase.scorers().stream()
                .map(scorer -> kept.get(scorer.label()))
                .filter(Objects::nonNull)
                .toList(),
            fresh.failure());
    SampleStatus status =
        fresh.failure() != null
            ? SampleStatus.SCORER_ERROR
            : result.limit() != null ? SampleStatus.LIMIT : SampleStatus.FINISHED;
    return sample.withScores(
        status.label(),
        code(fresh, result),
        fresh.failure() != null
            ? models.redactor().redact(fresh.failure().getMessage())
            : result.limit() == null ? null : "the " + result.limit() + " limit ended it",
        scoring.passed(status),
        scoring.value(status),
        scoring.scores());
  }

  private EvalSampleRow.Score redacted(EvalSampleRow.Score score) {
    return new EvalSampleRow.Score(
        score.scorer(), score.value(), score.passed(), models.redactor().redact(score.reason()));
  }

  private static String code(Scoring scoring, TaskResult result) {
    if (scoring.failure() != null) {
      return scoring.failure().code().name();
    }
    return result.limit() == null ? null : ErrorCode.LIMIT_REACHED.name();
  }

  private static TaskResult result(EvalSampleRow sample) {
    JsonNode stored = Json.parse(sample.outputJson());
    JsonNode output = stored.path("output");
    String limit = stored.path("limit").asText(null);
    return new TaskResult(
        // A task that came to its end can answer null; only one that was ended has no answer.
        output.isNull() && limit != null ? null : output, limit, false, Json.object(), null);
  }

  private static Optional<EvalSampleRow.Score> find(EvalSampleRow sample, String label) {
    return sample.scores().stream().filter(score -> score.scorer().equals(label)).findFirst();
  }
}
