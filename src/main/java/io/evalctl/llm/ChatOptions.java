package io.evalctl.llm;

import java.util.List;

/**
 * How a model is to sample. Every null leaves the choice to the provider.
 *
 * @param maxTokens most tokens in the answer
 * @param stopSequences texts at which the model stops; empty for none
 * @param seed for providers that take one
 */
public record ChatOptions(
    Double temperature, Double topP, Integer maxTokens, List<String> stopSequences, Long seed) {

  /** Everything left to the provider. */
  public static final ChatOptions DEFAULT = new ChatOptions(null, null, null, List.of(), null);

  public ChatOptions {
    stopSequences = List.copyOf(stopSequences);
  }

  /** These options without the one that goes by {@code parameter} on the wire, if it is set. */
  ChatOptions without(String parameter) {
    return switch (parameter) {
      case "temperature" -> new ChatOptions(null, topP, maxTokens, stopSequences, seed);
      case "top_p" -> new ChatOptions(temperature, null, maxTokens, stopSequences, seed);
      case "stop" -> new ChatOptions(temperature, topP, maxTokens, List.of(), seed);
      case "seed" -> new ChatOptions(temperature, topP, maxTokens, stopSequences, null);
      default -> this;
    };
  }
}
