package io.evalctl.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the providers take of each option, as their API references publish it, so that a request
 * that can only be refused is never sent.
 *
 * @param mostTemperature the highest
 * @param zeroTopP whether a top_p of 0 is taken
 * @param mostStops how many stop sequences
 * @param blankStops whether a stop sequence may be white space
 * @param leastSeed the lowest
 * @param mostSeed the highest
 */
public record OptionLimits(
    double mostTemperature,
    boolean zeroTopP,
    int mostStops,
    boolean blankStops,
    long leastSeed,
    long mostSeed) {
  private static final int ANY = Integer.MAX_VALUE;

  /**
   * An option that the provider does not take as it is.
   *
   * @param option as {@link ChatOptions#without} names it
   */
  public record Problem(String option, String message) {}

  private static OptionLimits of(Provider provider) {
    return switch (provider) {
      case OPENAI -> new OptionLimits(2, true, 4, true, Long.MIN_VALUE, Long.MAX_VALUE);
      case ANTHROPIC -> new OptionLimits(1, true, ANY, false, Long.MIN_VALUE, Long.MAX_VALUE);
      case GOOGLE -> new OptionLimits(2, true, 5, true, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case XAI -> new OptionLimits(2, true, 4, true, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case DEEPSEEK -> new OptionLimits(2, true, 16, true, Long.MIN_VALUE, Long.MAX_VALUE);
      case MISTRAL -> new OptionLimits(1.5, false, ANY, true, 0, Long.MAX_VALUE);
      case OPENAI_COMPATIBLE, MOCK ->
          new OptionLimits(Double.MAX_VALUE, true, ANY, true, Long.MIN_VALUE, Long.MAX_VALUE);
    };
  }

  /**
   * Everything wrong with the options for this model; what is never sent to it is not looked at.
   */
  public static List<Problem> problems(ModelId id, ChatOptions options) {
    ChatOptions sent = options;
    if (id.provider() != Provider.MOCK) {
      for (String parameter : ProviderCodec.of(id.provider()).refused(id.model(), options)) {
        sent = sent.without(parameter);
      }
    }
    OptionLimits limits = of(id.provider());
    String who = id.provider().label();
    List<Problem> problems = new ArrayList<>();
    if (sent.temperature() != null && sent.temperature() > limits.mostTemperature) {
      problems.add(
          new Problem(
              "temperature",
              "must be from 0 to %s for %s".formatted(number(limits.mostTemperature), who)));
    }
    if (sent.topP() != null && sent.topP() == 0 && !limits.zeroTopP) {
      problems.add(new Problem("top_p", "must be above 0 for " + who));
    }
    if (sent.stopSequences().size() > limits.mostStops) {
      problems.add(
          new Problem(
              "stop",
              "must be at most %d for %s, and there are %d"
                  .formatted(limits.mostStops, who, sent.stopSequences().size())));
    }
    if (!limits.blankStops && sent.stopSequences().stream().anyMatch(String::isBlank)) {
      problems.add(new Problem("stop", "must each hold more than white space for " + who));
    }
    if (sent.seed() != null && (sent.seed() < limits.leastSeed || sent.seed() > limits.mostSeed)) {
      problems.add(
          new Problem(
              "seed",
              limits.mostSeed == Long.MAX_VALUE
                  ? "must be %d or more for %s".formatted(limits.leastSeed, who)
                  : "must be from %d to %d for %s"
                      .formatted(limits.leastSeed, limits.mostSeed, who)));
    }
    return problems;
  }

  /**
   * @throws LlmException {@code VALIDATION_ERROR} with everything that is wrong
   */
  static void require(ModelId id, ChatOptions options) {
    List<Problem> problems = problems(id, options);
    if (!problems.isEmpty()) {
      throw new LlmException(
          LlmErrorCode.VALIDATION_ERROR,
          problems.stream()
              .map(problem -> problem.option() + " " + problem.message())
              .collect(Collectors.joining("; ")),
          "nothing was sent");
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
