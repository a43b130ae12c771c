package io.evalctl.campaign;

import io.evalctl.error.EvalctlException;
import io.evalctl.operator.AgentSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that decides a run, complete: no default is left open. {@link CampaignFile} reads and
 * writes it.
 *
 * @param name a label of the user's, or null
 * @param trials per arm
 * @param operatorDb where an external operator writes, or null
 * @param faultDuration how long an environmental fault lasts, and the control arm's window
 * @param maxNodes the most nodes that one fault may hit, or null for what the subject allows
 * @param subjectHome where the subject is put, or null for a directory of the run's own
 */
public record CampaignPlan(
    String name,
    String subject,
    int nodes,
    List<ChaosStep> chaos,
    int trials,
    List<Arm> arms,
    AgentSpec agent,
    Path operatorDb,
    Duration agentReady,
    Duration agentWarmup,
    Duration faultDuration,
    Duration healthTimeout,
    Duration settle,
    Duration cooldown,
    long seed,
    int maxInvalid,
    boolean operatorTimesLocal,
    Path subjectHome,
    boolean keepSubject,
    Integer maxNodes) {
  public CampaignPlan {
    chaos = List.copyOf(chaos);
    arms = List.copyOf(arms);
    if (agent instanceof AgentSpec.None
        && (arms.stream().anyMatch(Arm::hasOperator)
            || chaos.stream().anyMatch(ChaosStep::quiet))) {
      throw EvalctlException.usage(
          "the agent is none, but the arms ask for one",
          "leave --arms out, or choose an agent with --agent");
    }
    if (agent instanceof AgentSpec.External && operatorDb == null) {
      throw EvalctlException.usage(
          "an external agent needs the place of its database", "give it with --operator-db FILE");
    }
  }

  /**
   * The arms in which a step runs, in the order in which they do: those without an operator come
   * last, since they wait as long as the others did. Without a fault there is nothing but the
   * control arm.
   */
  public List<Arm> arms(ChaosStep step) {
    return step.quiet()
        ? List.of(Arm.CONTROL)
        : arms.stream().sorted(Comparator.comparing(arm -> !arm.hasOperator())).toList();
  }
}
