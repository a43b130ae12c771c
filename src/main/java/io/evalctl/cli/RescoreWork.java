package io.evalctl.cli;

import io.evalctl.eval.EvalLauncher;
import io.evalctl.eval.EvalPlan;
import io.evalctl.eval.EvalRequest;
import io.evalctl.eval.Rescorer;
import io.evalctl.results.EvalRunRow;
import io.evalctl.session.DatasetFile;
import io.evalctl.session.EvalHost;

/** What {@code results rescore} does. */
final class RescoreWork {
  private final CommandContext context;
  private final SharedOptions shared;
  private final EvalPlaces places;

  RescoreWork(CommandContext context, SharedOptions shared, EvalPlaces places) {
    this.context = context;
    this.shared = shared;
    this.places = places;
  }

  EvalRunRow run(long id) {
    try (EvalHost host = places.open(context, shared, null, this::note)) {
      EvalRequest request = EvalLauncher.requestOf(host.store(), id);
      EvalRunRow run = host.store().evalRuns().require(id);
      DatasetFile file =
          DatasetFile.locate(request.dataset(), context.io().directory(), context.paths());
      EvalPlan plan = EvalPlan.of(request, file.path());
      if (!plan.dataset().sha256().equals(run.datasetSha256())) {
        note("the dataset is another than run %d was made with".formatted(id));
      }
      int changed =
          new Rescorer(host.store(), host.resources().models(), context.time()).rescore(run, plan);
      note(
          changed == 1
              ? "1 sample is judged otherwise than before"
              : changed + " samples are judged otherwise than before");
      return run;
    }
  }

  private void note(String text) {
    if (!shared.quiet) {
      context.io().err().println(text);
    }
  }
}
