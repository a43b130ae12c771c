package io.evalctl.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.Dataset;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.eval.task.Task;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ModelId;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunStatus;
import io.evalctl.text.Plural;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs what is missing of a run: case by case, epoch by epoch, one after the other; each sample is
 * committed before the next starts. Not thread-safe.
 */
final class EvalRunner {
  private final EvalPlan plan;
  private final EvalResources resources;
  private final ResultsStore store;
  private final Tasks tasks;
  private final ErrorBudget errorBudget;
  private final Deadline deadline;
  private final EvalListener listener;
  private final TimeSource time;

  EvalRunner(
      EvalPlan plan,
      EvalResources resources,
      ResultsStore store,
      Tasks tasks,
      ErrorBudget errorBudget,
      Deadline deadline,
      EvalListener listener,
      TimeSource time) {
    this.plan = plan;
    this.resources = resources;
    this.store = store;
    this.tasks = tasks;
    this.errorBudget = errorBudget;
    this.deadline = deadline;
    this.listener = listener;
    this.time = time;
  }

  /** What keeps the recorded answers of one sample apart from those of all others. */
  static String occasion(EvalCase evalCase, int epoch) {
    return "%s, epoch %d".formatted(evalCase.name(), epoch);
  }

  /**
   * @throws EvalctlException LIMIT_REACHED when the deadline is over, THRESHOLD_NOT_MET when too
   *     many samples erred, INTERRUPTED, or what would spoil every other sample, too
   */
  void run(EvalRunRow run) {
    List<EvalSampleRow> samples = new ArrayList<>(store.evalSamples().ofRun(run.id()));
    listener.runStarted(run, plan, samples);
    if (run.status() != RunStatus.COMPLETE) {
      store.evalRuns().reopen(run.id(), ProcessOwner.self());
      runMissing(run, samples);
      store.evalRuns().end(run.id(), RunStatus.COMPLETE, time.now());
    }
    listener.runFinished(store.evalRuns().find(run.id()).orElseThrow());
  }

  private void runMissing(EvalRunRow run, List<EvalSampleRow> samples) {
    Set<String> done = new HashSet<>();
    samples.forEach(sample -> done.add(key(sample.caseName(), sample.epoch())));
    int errors = (int) samples.stream().filter(EvalRunner::failed).count();
    Task task = tasks.of(plan);
    ObjectNode noted = Json.object();
    for (EvalCase evalCase : plan.cases()) {
      for (int epoch = 1; epoch <= plan.epochs(); epoch++) {
        if (done.contains(key(evalCase.name(), epoch))) {
          continue;
        }
        requireGoingOn(run, errors);
        EvalSampleRow sample =
            new SampleRun(plan, resources, listener, time, task, run.model(), evalCase, epoch)
                .run(run.id(), model(run, evalCase, epoch));
        store.evalSamples().finish(sample);
        noted = noteEnvironment(run, noted);
        errors += failed(sample) ? 1 : 0;
        listener.sampleFinished(sample);
      }
    }
    requireGoingOn(run, errors);
  }

  /**
   * What a server is becomes known when a case first uses it, which one case does and another does
   * not. It is noted with the first sample that made it known, so that a run which is killed has
   * it.
   */
  private ObjectNode noteEnvironment(EvalRunRow run, ObjectNode noted) {
    ObjectNode facts = resources.facts().get();
    if (!facts.equals(noted)) {
      ObjectNode all = (ObjectNode) Json.parse(run.environmentJson());
      store.evalRuns().setEnvironment(run.id(), all.setAll(facts).toString());
    }
    return facts;
  }

  private ChatModel model(EvalRunRow run, EvalCase evalCase, int epoch) {
    return run.model().equals(Dataset.NO_MODEL) || !Tasks.asksModel(plan)
        ? null
        : resources.models().model(ModelId.parse(run.model()), occasion(evalCase, epoch));
  }

  private void requireGoingOn(EvalRunRow run, int errors) {
    if (Thread.currentThread().isInterrupted()) {
      throw EvalctlException.interrupted("running samples");
    }
    if (errorBudget.exceeded(errors, run.sampleCount())) {
      throw new EvalctlException(
          ErrorCode.THRESHOLD_NOT_MET,
          "%d of %s erred, more than --fail-on-error allows"
              .formatted(errors, Plural.of(run.sampleCount(), "sample")),
          "evalctl results show %s tells why".formatted(run.reference()));
    }
    if (deadline != null && deadline.expired()) {
      throw new EvalctlException(
          ErrorCode.LIMIT_REACHED,
          "the run's --timeout is over",
          "finished samples are stored; continue with evalctl eval --resume " + run.reference());
    }
  }

  private static boolean failed(EvalSampleRow sample) {
    return SampleStatus.parse(sample.status()).failed();
  }

  private static String key(String caseName, int epoch) {
    return epoch + "\n" + caseName;
  }
}
