package io.evalctl.results;

import io.evalctl.process.ProcessOwner;
import java.time.Instant;

/** A row of {@code chaos_journal}: a fault that is meant, made or undone. */
public record JournalRow(
    long id,
    Long campaignId,
    Long trialId,
    String subject,
    String subjectHome,
    String chaosType,
    String metadataJson,
    String state,
    Instant intentAt,
    Instant injectedAt,
    Instant undoneAt,
    ProcessOwner owner,
    String error) {}
