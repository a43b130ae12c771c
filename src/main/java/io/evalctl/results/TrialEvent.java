package io.evalctl.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A row of {@code trial_events}: something that happened in a trial.
 *
 * @param monoNanos monotonic clock, comparable within one evalctl process only
 */
public record TrialEvent(Instant at, long monoNanos, String kind, JsonNode detail) {}
