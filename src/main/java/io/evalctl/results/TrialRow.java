package io.evalctl.results;

import java.time.Instant;

/**
 * A row of {@code trials}. Times are for the record; durations come from the monotonic clock. A
 * field that the trial never reached is null.
 *
 * @param id 0 before it is stored
 * @param ordinal from 1 within its arm
 * @param attempt from 1; above that after invalid attempts
 */
public record TrialRow(
    long id,
    long campaignId,
    Instant startedAt,
    Instant chaosInjectedAt,
    Instant ticketCreatedAt,
    Instant resolvedAt,
    Instant endedAt,
    String initialState,
    String finalState,
    String chaosMetadata,
    String commandsJson,
    int ordinal,
    int attempt,
    String arm,
    long seed,
    String target,
    String outcome,
    String healedBy,
    Long ticketId,
    Instant onsetAt,
    Instant recoveredAt,
    Instant undoneAt,
    Long timeToDetectMs,
    Long timeToResolveMs,
    Long timeToRecoverMs,
    Long unavailableMs,
    String canaryJson,
    String collateralJson,
    String operatorDataJson,
    String flagsJson,
    String errorCode,
    String errorMessage) {

  /** The same trial, seen beside another: with other harm and other flags. */
  public TrialRow withFindings(String collateral, String flags) {
    return new TrialRow(
        id,
        campaignId,
        startedAt,
        chaosInjectedAt,
        ticketCreatedAt,
        resolvedAt,
        endedAt,
        initialState,
        finalState,
        chaosMetadata,
        commandsJson,
        ordinal,
        attempt,
        arm,
        seed,
        target,
        outcome,
        healedBy,
        ticketId,
        onsetAt,
        recoveredAt,
        undoneAt,
        timeToDetectMs,
        timeToResolveMs,
        timeToRecoverMs,
        unavailableMs,
        canaryJson,
        collateral,
        operatorDataJson,
        flags,
        errorCode,
        errorMessage);
  }
}
