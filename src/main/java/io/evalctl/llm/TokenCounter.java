package io.evalctl.llm;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.evalctl.text.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts tokens that a provider did not report: with the model's own encoding where it is known,
 * else a quarter of the characters. Loading an encoding takes about a second, so that is done only
 * when one is needed. Thread-safe.
 */
final class TokenCounter {

  /** Of two that fit, the longer counts: {@code gpt-4o} before {@code gpt-4}. */
  private static final Map<String, EncodingType> ENCODINGS =
      Map.ofEntries(
          Map.entry("gpt-4o", EncodingType.O200K_BASE),
          Map.entry("chatgpt-4o", EncodingType.O200K_BASE),
          Map.entry("gpt-4.1", EncodingType.O200K_BASE),
          Map.entry("gpt-4.5", EncodingType.O200K_BASE),
          Map.entry("gpt-5", EncodingType.O200K_BASE),
          Map.entry("o1", EncodingType.O200K_BASE),
          Map.entry("o3", EncodingType.O200K_BASE),
          Map.entry("o4", EncodingType.O200K_BASE),
          Map.entry("gpt-4", EncodingType.CL100K_BASE),
          Map.entry("gpt-3.5", EncodingType.CL100K_BASE));

  /**
   * What a message costs beside its text, and the whole prompt (OpenAI Cookbook, "How to count
   * tokens with tiktoken").
   */
  private static final int PER_MESSAGE = 4;

  private static final int PER_PROMPT = 3;

  private TokenCounter() {}

  /** The usage with an input and an output in any case. */
  static Usage complete(Usage usage, ModelId id, ChatRequest request, List<ChatContent> answer) {
    if (usage.input() != null && usage.output() != null) {
      return usage;
    }
    Optional<EncodingType> encoding = encoding(id.model());
    TokenCount input = usage.input();
    if (input == null) {
      StringBuilder text = new StringBuilder();
      request.messages().forEach(message -> text.append(plain(message.content())));
      request
          .tools()
          .forEach(
              tool ->
                  text.append(tool.name())
                      .append(tool.description())
                      .append(Json.text(tool.parameters())));
      input =
          encoding.isEmpty()
              ? estimate(text)
              : counted(
                  count(encoding.get(), text)
                      + (long) PER_MESSAGE * request.messages().size()
                      + PER_PROMPT);
    }
    TokenCount output = usage.output();
    if (output == null) {
      String text = plain(answer);
      output = encoding.isEmpty() ? estimate(text) : counted(count(encoding.get(), text));
    }
    return new Usage(
        input,
        usage.cachedInput(),
        usage.cacheWrite(),
        output,
        usage.reasoning(),
        usage.listPrice());
  }

  private static Optional<EncodingType> encoding(String model) {
    return ENCODINGS.keySet().stream()
        .filter(
            name ->
                model.equals(name) || model.startsWith(name + "-") || model.startsWith(name + "."))
        .max((a, b) -> a.length() - b.length())
        .map(ENCODINGS::get);
  }

  private static long count(EncodingType type, CharSequence text) {
    Encoding encoding = Registry.INSTANCE.getEncoding(type);
    return encoding.countTokensOrdinary(text.toString());
  }

  private static TokenCount counted(long tokens) {
    return new TokenCount(tokens, TokenOrigin.COUNTED);
  }

  private static TokenCount estimate(CharSequence text) {
    long characters = Character.codePointCount(text, 0, text.length());
    return new TokenCount((characters + 3) / 4, TokenOrigin.ESTIMATED);
  }

  private static String plain(List<ChatContent> content) {
    StringBuilder text = new StringBuilder();
    for (ChatContent part : content) {
      if (part instanceof ChatContent.Text plain) {
        text.append(plain.text());
      } else if (part instanceof ChatContent.Reasoning thought) {
        text.append(thought.text());
      } else if (part instanceof ChatContent.ToolCall call) {
        text.append(call.name()).append(Json.text(call.arguments()));
      } else if (part instanceof ChatContent.ToolResult result) {
        text.append(result.text());
      }
    }
    return text.toString();
  }

  private static final class Registry {
    static final EncodingRegistry INSTANCE = Encodings.newLazyEncodingRegistry();
  }
}
