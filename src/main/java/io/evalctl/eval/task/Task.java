package io.evalctl.eval.task;

/** Does one case's work. */
public interface Task {
  /**
   * @throws io.evalctl.llm.LlmException when a model cannot be asked
   * @throws io.evalctl.error.EvalctlException when something else fails; INTERRUPTED, when the
   *     thread is interrupted
   */
  TaskResult run(TaskContext context);
}
