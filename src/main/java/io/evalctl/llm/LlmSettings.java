package io.evalctl.llm;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the providers are and with which keys, from the environment: {@code OPENAI_API_KEY}, {@code
 * OPENAI_BASE_URL} and so on.
 *
 * @param environment variables by name
 * @param directory against which a mock's file is resolved
 * @param baseUrl overrides every provider's base URL, or null
 * @param record file that every call and its outcome is appended to, or null
 * @param replay file of recorded calls that answers instead of the providers, or null
 */
public record LlmSettings(
    Map<String, String> environment, Path directory, String baseUrl, Path record, Path replay) {
  private static final String KEY = "_API_KEY";
  private static final String URL = "_BASE_URL";

  public LlmSettings {
    environment = Map.copyOf(environment);
  }

  public static LlmSettings of(Map<String, String> environment) {
    return new LlmSettings(environment, Path.of(""), null, null, null);
  }

  /** Whether there is a key for the provider. */
  public boolean hasKey(Provider provider) {
    return variable(provider, KEY).isPresent();
  }

  /** Replaces every key that is set by a mark. */
  public Redactor redactor() {
    List<String> secrets = new ArrayList<>();
    for (Provider provider : Provider.values()) {
      for (String prefix : provider.variablePrefixes()) {
        String key = environment.get(prefix + KEY);
        if (key != null) {
          secrets.add(key.strip());
        }
      }
    }
    return new Redactor(secrets);
  }

  /** How servers are reached. */
  ProxySettings proxies() {
    return new ProxySettings(environment);
  }

  /** Never prints the environment. */
  @Override
  public String toString() {
    return "LlmSettings[baseUrl=%s, record=%s, replay=%s]".formatted(baseUrl, record, replay);
  }

  /**
   * Where and with which key to call a provider.
   *
   * @throws LlmException {@link LlmErrorCode#MISSING_API_KEY}, or {@link
   *     LlmErrorCode#VALIDATION_ERROR} when there is no usable base URL
   */
  Endpoint endpoint(Provider provider) {
    Optional<String> key = variable(provider, KEY);
    if (key.isEmpty() && provider.needsKey()) {
      throw new LlmException(
          LlmErrorCode.MISSING_API_KEY,
          "no API key for " + provider.label(),
          "set " + String.join(" or ", names(provider, KEY)));
    }
    if (key.isPresent() && !key.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new LlmException(
          LlmErrorCode.AUTH_ERROR,
          "the API key for " + provider.label() + " cannot be sent",
          "it holds spaces, control characters or characters outside ASCII");
    }
    String base =
        Optional.ofNullable(baseUrl)
            .map(String::strip)
            .or(() -> variable(provider, URL))
            .orElse(provider.baseUrl());
    if (base == null) {
      throw new LlmException(
          LlmErrorCode.VALIDATION_ERROR,
          "no address for " + provider.label(),
          "give --base-url or set " + String.join(" or ", names(provider, URL)));
    }
    return new Endpoint(parse(base, provider), key.orElse(null));
  }

  private Optional<String> variable(Provider provider, String suffix) {
    return names(provider, suffix).stream()
        .map(environment::get)
        .filter(value -> value != null && !value.isBlank())
        .map(String::strip)
        .findFirst();
  }

  private static List<String> names(Provider provider, String suffix) {
    return provider.variablePrefixes().stream().map(prefix -> prefix + suffix).toList();
  }

  /** What stands before the API's path, without trailing slashes; or a whole address as it is. */
  private static URI parse(String text, Provider provider) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw unusable(provider, "it is not a URL");
    }
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw unusable(provider, "it must begin with http:// or https://");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw unusable(provider, "it must name a host, and no user");
    }
    boolean whole = Endpoint.OPERATION.matcher(uri.getRawPath()).find();
    if (uri.getRawQuery() != null && !whole || uri.getRawFragment() != null) {
      throw unusable(
          provider,
          "it must have no fragment, and a query only after the whole address of the API");
    }
    return whole ? uri : URI.create(text.replaceAll("/+$", ""));
  }

  private static LlmException unusable(Provider provider, String why) {
    return new LlmException(
        LlmErrorCode.VALIDATION_ERROR,
        "the base URL for " + provider.label() + " is unusable",
        why);
  }
}
