package io.evalctl.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Servers that follow OpenAI; the older name for the token limit is the one they all know. */
final class OpenAiCompatibleCodec extends ChatCompletionsCodec {

  OpenAiCompatibleCodec() {
    super(Provider.OPENAI_COMPATIBLE);
  }

  @Override
  String maxTokensField() {
    return "max_tokens";
  }

  @Override
  public HttpCall streamed(HttpCall call) {
    try {
      ObjectNode body = (ObjectNode) Json.read(call.body());
      body.put("stream", true).putObject("stream_options").put("include_usage", true);
      return new HttpCall(call.method(), call.uri(), call.headers(), Json.write(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
