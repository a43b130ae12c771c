package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Several scorers as one. All of them look, whatever the first ones say; one that cannot judge
 * makes the whole unable to.
 */
record CompositeScorer(String label, Mode mode, List<Scorer> parts) implements Scorer {

  /** How the parts come together. */
  enum Mode {
    /** Passed when every part did; the lowest value. */
    ALL,
    /** Passed when any part did; the highest value. */
    ANY,
    /** Passed when its one part did not; 1 less its value. */
    NOT
  }

  CompositeScorer {
    parts = List.copyOf(parts);
  }

  @Override
  public Score score(Evidence evidence) {
    List<Score> scores = parts.stream().map(part -> part.score(evidence)).toList();
    ToDoubleFunction<Score> value = Score::value;
    return switch (mode) {
      case ALL ->
          new Score(
              scores.stream().mapToDouble(value).min().orElse(0),
              scores.stream().allMatch(Score::passed),
              reasons(scores));
      case ANY ->
          new Score(
              scores.stream().mapToDouble(value).max().orElse(0),
              scores.stream().anyMatch(Score::passed),
              reasons(scores));
      case NOT ->
          new Score(1 - scores.get(0).value(), !scores.get(0).passed(), "not: " + reasons(scores));
    };
  }

  private String reasons(List<Score> scores) {
    StringBuilder reasons = new StringBuilder();
    for (int i = 0; i < scores.size(); i++) {
      reasons
          .append(i == 0 ? "" : "; ")
          .append(scores.get(i).passed() ? "passed " : "failed ")
          .append(parts.get(i).label())
          .append(" (")
          .append(scores.get(i).reason())
          .append(')');
    }
    return reasons.toString();
  }

  @Override
  public boolean needsDatabase() {
    return parts.stream().anyMatch(Scorer::needsDatabase);
  }

  @Override
  public boolean judgesWithout(QueryAnswers answers) {
    return parts.stream().allMatch(part -> part.judgesWithout(answers));
  }

  @Override
  public Set<String> models() {
    return parts.stream()
        .flatMap(part -> part.models().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Optional<String> misfit(JsonNode expected) {
    return parts.stream().flatMap(part -> part.misfit(expected).stream()).findFirst();
  }
}
