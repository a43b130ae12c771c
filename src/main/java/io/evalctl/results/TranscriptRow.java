package io.evalctl.results;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A row of {@code transcripts}: one conversation with a model.
 *
 * @param id whoever stores it chooses it; the same id replaces the row
 * @param modelVersion as the provider names it, or null
 * @param content JSON {@code {"schemaVersion":1,"turns":[...],...}}
 * @param tokenCount input and output together
 * @param estimatedCost in US dollars, or null when it is unknown
 * @param sampleIndex its place in a batch from 0; 0 outside of one
 * @param definitionSnapshot the scenario as it was, JSON
 */
public record TranscriptRow(
    String id,
    String runId,
    String scenarioId,
    String modelId,
    String modelVersion,
    String content,
    int turnCount,
    long tokenCount,
    long durationMs,
    BigDecimal estimatedCost,
    int sampleIndex,
    String definitionSnapshot,
    Instant createdAt) {}
