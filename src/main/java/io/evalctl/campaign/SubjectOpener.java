package io.evalctl.campaign;

/** Opens the subject that a plan names. */
@FunctionalInterface
public interface SubjectOpener {
  OpenedSubject open(CampaignPlan plan);
}
