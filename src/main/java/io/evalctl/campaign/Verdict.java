package io.evalctl.campaign;

/**
 * What a trial came to.
 *
 * @param recoveredAt monotonic nanoseconds, or null when it did not recover
 * @param claimTrue whether "resolved" was so; null when nothing was claimed
 */
record Verdict(Outcome outcome, HealedBy healedBy, Long recoveredAt, Boolean claimTrue) {}
