package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A provider's wire format. Implementations are immutable and thread-safe. */
interface ProviderCodec {

  /**
   * Names, as on the wire, of the options that the model is known not to take. They are left out
   * before {@link #encode}.
   */
  List<String> refused(String model, ChatOptions options);

  HttpCall encode(Endpoint endpoint, String model, ChatRequest request);

  /** The same call, asking for a stream; null when this provider always answers in one piece. */
  default HttpCall streamed(HttpCall call) {
    return null;
  }

  /**
   * Reads the body of a 2xx answer. What is missing from it is missing from the result.
   *
   * @throws LlmException {@code INVALID_RESPONSE} when the body is not of the provider's form
   */
  DecodedReply decode(JsonNode body);

  /**
   * The body that the events of a stream make together, as it would have come in one piece; null
   * when the stream ended before the answer did.
   */
  JsonNode assemble(EventStream stream);

  /** Where the provider lists its models, which costs nothing. */
  HttpCall listModels(Endpoint endpoint);

  static ProviderCodec of(Provider provider) {
    return switch (provider) {
      case OPENAI -> new OpenAiCodec();
      case ANTHROPIC -> new AnthropicCodec();
      case GOOGLE -> new GoogleCodec();
      case XAI -> new XaiCodec();
      case DEEPSEEK -> new DeepSeekCodec();
      case MISTRAL -> new MistralCodec();
      case OPENAI_COMPATIBLE -> new OpenAiCompatibleCodec();
      case MOCK -> throw new IllegalArgumentException("mock has no wire format");
    };
  }
}
