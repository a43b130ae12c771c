package io.evalctl.campaign;

/**
 * One trial to run.
 *
 * @param campaignId the row of {@code campaigns} it belongs to
 * @param ordinal from 1 within its arm
 * @param attempt from 1; above that after invalid attempts
 * @param seed the same for all arms of an ordinal, hence the same fault and target
 */
public record TrialSpec(
    long campaignId, ChaosStep step, Arm arm, int ordinal, int attempt, long seed) {}
