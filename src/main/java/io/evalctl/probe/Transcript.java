package io.evalctl.probe;

import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.ModelPrice;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The turns of a conversation that were finished.
 *
 * @param omittedPrompts followups beyond the most turns
 * @param duration by the monotonic clock
 * @param price what the model costs, or null when that is unknown
 */
record Transcript(
    ModelId model,
    List<Turn> turns,
    int omittedPrompts,
    Instant startedAt,
    Instant completedAt,
    Duration duration,
    ModelPrice price) {

  Transcript {
    turns = List.copyOf(turns);
  }

  long inputTokens() {
    return turns.stream().mapToLong(turn -> turn.answer().usage().input().tokens()).sum();
  }

  long outputTokens() {
    return turns.stream().mapToLong(turn -> turn.answer().usage().output().tokens()).sum();
  }

  /** The model that answered last, as the provider names it, or null. */
  String modelVersion() {
    return turns.stream()
        .map(Turn::answer)
        .map(ChatResponse::modelVersion)
        .filter(version -> version != null)
        .reduce((first, second) -> second)
        .orElse(null);
  }

  /** In US dollars; null when the cost of a turn is unknown, or there was none. */
  BigDecimal cost() {
    BigDecimal sum = null;
    for (Turn turn : turns) {
      if (turn.cost() == null) {
        return null;
      }
      sum = sum == null ? turn.cost() : sum.add(turn.cost());
    }
    return sum;
  }
}
