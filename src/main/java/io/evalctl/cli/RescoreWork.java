package io.evalctl.cli;

import io.evalctl.eval.EvalLauncher;
import io.evalctl.eval.EvalPlan;
import io.evalctl.eval.EvalRequest;
import io.evalctl.eval.Rescorer;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmSettings;
import io.evalctl.results.EvalRunRow;
import io.evalctl.session.DatasetFile;
import io.evalctl.session.Session;
import io.evalctl.text.Plural;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** What {@code results rescore} does. */
final class RescoreWork {
  private static final int MOST_NAMED = 20;

  private final CommandContext context;
  private final SharedOptions shared;
  private final EvalModels models;

  RescoreWork(CommandContext context, SharedOptions shared, EvalModels models) {
    this.context = context;
    this.shared = shared;
    this.models = models;
  }

  EvalRunRow run(long id) {
    try (Session session = Session.withResults(shared.resultsStore(context))) {
      EvalRequest request = EvalLauncher.requestOf(session.results(), id);
      Path base = request.base(context.io().directory());
      LlmSettings settings = models.settings(context, base, null);
      EvalRunRow run = session.results().evalRuns().require(id);
      DatasetFile file = DatasetFile.locate(request.dataset(), base, context.paths(), false);
      EvalPlan plan = EvalPlan.of(request, file.path());
      if (!plan.dataset().sha256().equals(run.datasetSha256())) {
        note("the dataset is another than %s was made with".formatted(run.reference()));
      }
      Rescorer.Rescored rescored;
      try (ChatModels judges =
          new ChatModels(settings, context.time(), new Random(), CallListener.NONE)) {
        rescored = new Rescorer(session.results(), judges, context.time()).rescore(run, plan);
      }
      note(
          Plural.of(rescored.changed(), "sample")
              + (rescored.changed() == 1 ? " is" : " are")
              + " judged otherwise than before");
      unjudged(rescored.unjudged());
      return run;
    }
  }

  private void unjudged(List<String> scores) {
    if (scores.isEmpty()) {
      return;
    }
    note(
        "%s not judged again and %s as before: the case's database is gone, and the rows that its"
                .formatted(
                    scores.size() == 1 ? "1 score is" : scores.size() + " scores are",
                    scores.size() == 1 ? "stays" : "stay")
            + " scorer needs are not stored; run the case again to judge by it");
    scores.stream().limit(MOST_NAMED).forEach(score -> note("  " + score));
    if (scores.size() > MOST_NAMED) {
      note("  and " + (scores.size() - MOST_NAMED) + " more");
    }
  }

  private void note(String text) {
    if (!shared.quiet) {
      context.io().err().println(text);
    }
  }
}
