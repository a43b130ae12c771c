package io.evalctl.campaign;

import java.time.Duration;

/**
 * How long a run takes, roughly: from where every response comes at once to where each is waited
 * for to its deadline. Trials that are invalid come on top.
 */
public record DurationEstimate(Duration least, Duration most) {
  private static final DurationEstimate NONE = new DurationEstimate(Duration.ZERO, Duration.ZERO);

  /** The quickest response that was seen, and what reading back and undoing take. */
  private static final Duration QUICK = Duration.ofSeconds(1);

  /** Of all trials of a plan. */
  public static DurationEstimate of(CampaignPlan plan) {
    DurationEstimate sum = NONE;
    for (ChaosStep step : plan.chaos()) {
      sum = sum.plus(of(plan, step, 0));
    }
    return sum;
  }

  /** Of the trials of one step that are missing when this many are there. */
  public static DurationEstimate of(CampaignPlan plan, ChaosStep step, int done) {
    int arms = plan.arms(step).size();
    long missing = Math.max(0, (long) plan.trials() * arms - done);
    DurationEstimate each = ofStep(plan, step);
    return new DurationEstimate(
        each.least.multipliedBy(missing).dividedBy(arms),
        each.most.multipliedBy(missing).dividedBy(arms));
  }

  /** One trial in each arm. */
  private static DurationEstimate ofStep(CampaignPlan plan, ChaosStep step) {
    DurationEstimate sum = NONE;
    Duration rest =
        SubjectDefaults.of(plan.subject())
            .start()
            .plus(plan.agentWarmup())
            .plus(plan.settle())
            .plus(plan.cooldown())
            .plus(QUICK);
    for (Arm arm : plan.arms(step)) {
      sum = sum.plus(response(plan, step, arm)).plus(new DurationEstimate(rest, rest));
    }
    return sum;
  }

  private static DurationEstimate response(CampaignPlan plan, ChaosStep step, Arm arm) {
    if (!arm.hasFault()) {
      return new DurationEstimate(plan.faultDuration(), plan.faultDuration());
    }
    Duration fault = step.request().type().mendable() ? Duration.ZERO : plan.faultDuration();
    Duration least = fault.compareTo(step.timeout()) < 0 ? fault : step.timeout();
    return new DurationEstimate(least, step.timeout());
  }

  private DurationEstimate plus(DurationEstimate other) {
    return new DurationEstimate(least.plus(other.least), most.plus(other.most));
  }
}
