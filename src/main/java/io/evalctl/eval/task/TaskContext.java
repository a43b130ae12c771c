package io.evalctl.eval.task;

import io.evalctl.clock.Deadline;
import io.evalctl.eval.dataset.CaseLimits;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.llm.ChatModel;
import io.evalctl.template.CloneLease;
import java.nio.file.Path;

/**
 * What a task is given.
 *
 * @param runId marks programs in their environment, to be found when evalctl was killed
 * @param modelName as it was named, or {@code none}
 * @param model null when there is none
 * @param database the case's own, or null
 * @param deadline for the whole task
 * @param spending takes what models cost; it is of use even when the task fails
 * @param directory an empty one for the task's files, gone afterwards
 * @param trace where it may write down its steps, a file that is not there yet
 */
public record TaskContext(
    EvalCase evalCase,
    String runId,
    String modelName,
    ChatModel model,
    CloneLease database,
    CaseLimits limits,
    Deadline deadline,
    Spending spending,
    Path directory,
    Path trace) {}
