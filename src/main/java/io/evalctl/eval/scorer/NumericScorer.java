package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.eval.dataset.source.Fields;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The answer's number is near the wanted one: within the absolute tolerance, or within the relative
 * one, whichever is wider.
 *
 * @param value wanted; a missing node for what the case expects
 * @param relative share of the wanted number
 * @param take which number of the answer counts: {@code first}, {@code last}, or {@code only},
 *     which it may repeat
 */
record NumericScorer(
    String label, JsonNode value, BigDecimal tolerance, BigDecimal relative, String take)
    implements Scorer {
  private static final List<String> TAKES = List.of("only", "first", "last");

  static Scorer read(String label, Fields fields) {
    fields.knows("value", "tolerance", "relative", "take");
    if (fields.has("value") && !fields.node("value").isNumber()) {
      fields.wrong("value", "must be a number", null);
    }
    String take = fields.has("take") ? fields.text("take") : "only";
    if (take != null && !TAKES.contains(take)) {
      fields.wrong("take", "cannot be '" + take + "'", "one of " + String.join(", ", TAKES));
    }
    BigDecimal tolerance = fields.amount("tolerance");
    BigDecimal relative = fields.amount("relative");
    return new NumericScorer(
        label,
        fields.node("value"),
        tolerance == null ? BigDecimal.ZERO : tolerance,
        relative == null ? BigDecimal.ZERO : relative,
        take);
  }

  @Override
  public Score score(Evidence evidence) {
    BigDecimal wanted = number(Expected.of(value, evidence)).orElseThrow();
    List<BigDecimal> numbers = numbers(evidence);
    if (numbers.isEmpty()) {
      return Score.fail("there is no number in the answer");
    }
    boolean differ = numbers.stream().anyMatch(number -> number.compareTo(numbers.get(0)) != 0);
    if (take.equals("only") && differ) {
      return Score.fail(
          "the answer has several numbers, and which one counts is not said (take: last or first)");
    }
    BigDecimal actual = numbers.get(take.equals("last") ? numbers.size() - 1 : 0);
    BigDecimal distance = actual.subtract(wanted).abs();
    BigDecimal allowed = tolerance.max(relative.multiply(wanted.abs()));
    return Score.of(
        distance.compareTo(allowed) <= 0,
        "the answer is %s, expected %s, within %s"
            .formatted(shown(actual), shown(wanted), shown(allowed)));
  }

  private static List<BigDecimal> numbers(Evidence evidence) {
    JsonNode output = evidence.output();
    return output.isNumber()
        ? JsonValues.bounded(output.decimalValue()).stream().toList()
        : NumberFinder.find(evidence.text());
  }

  /** A number, or a text that is one. */
  private static Optional<BigDecimal> number(JsonNode node) {
    if (node.isNumber()) {
      return JsonValues.bounded(node.decimalValue());
    }
    return node.isTextual()
        ? JsonValues.parse(node.textValue())
            .filter(JsonNode::isNumber)
            .flatMap(NumericScorer::number)
        : Optional.empty();
  }

  private static String shown(BigDecimal number) {
    return JsonValues.shown(number.stripTrailingZeros().toPlainString());
  }

  @Override
  public Optional<String> misfit(JsonNode expected) {
    if (!value.isMissingNode()) {
      return Optional.empty();
    }
    if (JsonValues.absent(expected)) {
      return Optional.of(Expected.MISSING);
    }
    return number(expected).isPresent()
        ? Optional.empty()
        : Optional.of("compares numbers, and the case's 'expected' is none");
  }
}
