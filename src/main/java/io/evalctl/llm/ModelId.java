package io.evalctl.llm;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A model and who serves it.
 *
 * @param model the name the provider knows it by; for {@code mock} the file
 */
public record ModelId(Provider provider, String model) {
  private static final String GOOGLE_PREFIX = "models/";

  public ModelId {
    Objects.requireNonNull(provider);
    // As Google's own lists of models name them.
    if (provider == Provider.GOOGLE
        && model.startsWith(GOOGLE_PREFIX)
        && model.length() > GOOGLE_PREFIX.length()) {
      model = model.substring(GOOGLE_PREFIX.length());
    }
    if (model.isBlank()) {
      throw new IllegalArgumentException("a model needs a name");
    }
  }

  /**
   * Reads {@code provider:model}, or a bare name that begins as a provider's models do.
   *
   * @throws LlmException {@link LlmErrorCode#UNSUPPORTED_PROVIDER}
   */
  public static ModelId parse(String text) {
    int colon = text.indexOf(':');
    if (colon > 0 && !text.substring(colon + 1).isBlank()) {
      String label = text.substring(0, colon);
      for (Provider provider : Provider.values()) {
        if (provider.label().equals(label)) {
          return new ModelId(provider, text.substring(colon + 1));
        }
      }
    }
    if (text.startsWith(GOOGLE_PREFIX)
        && Provider.GOOGLE.serves(text.substring(GOOGLE_PREFIX.length()))) {
      return new ModelId(Provider.GOOGLE, text);
    }
    for (Provider provider : Provider.values()) {
      if (provider.serves(text)) {
        return new ModelId(provider, text);
      }
    }
    throw new LlmException(
        LlmErrorCode.UNSUPPORTED_PROVIDER,
        "no provider for model '%s'".formatted(text),
        "write it as PROVIDER:MODEL, with one of "
            + Arrays.stream(Provider.values())
                .map(Provider::label)
                .collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return provider.label() + ":" + model;
  }
}
