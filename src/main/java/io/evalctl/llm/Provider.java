package io.evalctl.llm;

import java.util.List;

/** Who serves models, where, and under which names. */
public enum Provider {
  OPENAI(
      "openai",
      "https://api.openai.com",
      List.of("OPENAI"),
      "gpt-",
      "chatgpt-",
      "o1-",
      "o3-",
      "o4-",
      "ft:gpt-"),
  ANTHROPIC("anthropic", "https://api.anthropic.com", List.of("ANTHROPIC"), "claude-"),
  GOOGLE(
      "google",
      "https://generativelanguage.googleapis.com",
      List.of("GOOGLE", "GEMINI"),
      "gemini-",
      "gemma-"),
  XAI("xai", "https://api.x.ai", List.of("XAI"), "grok-"),
  DEEPSEEK("deepseek", "https://api.deepseek.com", List.of("DEEPSEEK"), "deepseek-"),
  MISTRAL(
      "mistral",
      "https://api.mistral.ai",
      List.of("MISTRAL"),
      "mistral-",
      "ministral-",
      "magistral-",
      "codestral-",
      "devstral-",
      "pixtral-",
      "open-mistral-",
      "open-mixtral-"),
  /** Any server that speaks OpenAI's chat completions, such as a local one. */
  OPENAI_COMPATIBLE("openai-compatible", null, List.of("OPENAI_COMPATIBLE")),
  /** Scripted replies from a file. */
  MOCK("mock", null, List.of());

  private final String label;
  private final String baseUrl;
  private final List<String> variablePrefixes;
  private final List<String> modelPrefixes;

  Provider(String label, String baseUrl, List<String> variablePrefixes, String... modelPrefixes) {
    this.label = label;
    this.baseUrl = baseUrl;
    this.variablePrefixes = variablePrefixes;
    this.modelPrefixes = List.of(modelPrefixes);
  }

  /** The six that serve models on the internet. */
  public static List<Provider> hosted() {
    return List.of(OPENAI, ANTHROPIC, GOOGLE, XAI, DEEPSEEK, MISTRAL);
  }

  /** The name it goes by in model ids and results. */
  public String label() {
    return label;
  }

  /** Where it is when nobody says otherwise, or null. */
  String baseUrl() {
    return baseUrl;
  }

  /** What its environment variables begin with; the first that is set counts. */
  List<String> variablePrefixes() {
    return variablePrefixes;
  }

  /** The environment variables that may hold its key; the first that is set counts. */
  public List<String> keyVariables() {
    return variablePrefixes.stream().map(prefix -> prefix + "_API_KEY").toList();
  }

  /**
   * Whether a bare model name is one of this provider's: {@code o1} and {@code o1-mini}, not {@code
   * o17}.
   */
  boolean serves(String model) {
    return modelPrefixes.stream()
        .anyMatch(
            prefix ->
                model.startsWith(prefix)
                    || prefix.length() == model.length() + 1 && prefix.startsWith(model));
  }

  /** Whether a call needs a key. */
  boolean needsKey() {
    return this != OPENAI_COMPATIBLE && this != MOCK;
  }
}
