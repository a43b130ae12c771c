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
import java.util.Random;

/** What {@code results rescore} does. */
final class RescoreWork {
  private final CommandContext context;
  private final SharedOptions shared;
  private final EvalModels models;

  RescoreWork(CommandContext context, SharedOptions shared, EvalModels models) {
    this.context = context;
    this.shared = shared;
    this.models = models;
  }

  EvalRunRow run(long id) {
    LlmSettings settings = models.settings(context, null);
    try (Session session = Session.withResults(shared.resultsStore(context));
        ChatModels judges =
            new ChatModels(settings, context.time(), new Random(), CallListener.NONE)) {
      EvalRequest request = EvalLauncher.requestOf(session.results(), id);
      EvalRunRow run = session.results().evalRuns().require(id);
      DatasetFile file =
          DatasetFile.locate(request.dataset(), context.io().directory(), context.paths(), false);
      EvalPlan plan = EvalPlan.of(request, file.path());
      if (!plan.dataset().sha256().equals(run.datasetSha256())) {
        note("the dataset is another than %s was made with".formatted(run.reference()));
      }
      int changed = new Rescorer(session.results(), judges, context.time()).rescore(run, plan);
      note(
          Plural.of(changed, "sample")
              + (changed == 1 ? " is" : " are")
              + " judged otherwise than before");
      return run;
    }
  }

  private void note(String text) {
    if (!shared.quiet) {
      context.io().err().println(text);
    }
  }
}
