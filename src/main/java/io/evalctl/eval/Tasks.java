package io.evalctl.eval;

import io.evalctl.clock.TimeSource;
import io.evalctl.eval.dataset.Dataset;
import io.evalctl.eval.dataset.TaskKind;
import io.evalctl.eval.task.ChatTask;
import io.evalctl.eval.task.ExecTask;
import io.evalctl.eval.task.RlmTask;
import io.evalctl.eval.task.Task;

/** Makes the task of a dataset. */
final class Tasks {
  private final EvalResources resources;
  private final TimeSource time;

  Tasks(EvalResources resources, TimeSource time) {
    this.resources = resources;
    this.time = time;
  }

  /** Whether evalctl itself asks the model, rather than the program that it starts. */
  static boolean asksModel(EvalPlan plan) {
    return plan.dataset().task() != TaskKind.EXEC;
  }

  Task of(EvalPlan plan) {
    Dataset dataset = plan.dataset();
    return switch (dataset.task()) {
      case CHAT -> new ChatTask(dataset.system());
      case EXEC -> new ExecTask(dataset.exec(), dataset.directory());
      case RLM ->
          new RlmTask(dataset.system(), resources.sandboxes(), resources.models().redactor(), time);
    };
  }
}
