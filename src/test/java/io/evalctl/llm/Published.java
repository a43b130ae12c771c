package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

/** Requests, and answers of the forms that the providers publish. */
final class Published {
  static final Endpoint ENDPOINT = new Endpoint(URI.create("https://api.example"), "test-key-1234");

  private Published() {}

  /** JSON with single quotes. */
  static JsonNode json(String text) {
    try {
      return Json.read(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DecodedReply decode(Provider provider, String text) {
    return ProviderCodec.of(provider).decode(json(text));
  }

  static JsonNode encode(Provider provider, String model, ChatRequest request) {
    ProviderCodec codec = ProviderCodec.of(provider);
    ChatRequest sent = request;
    for (String parameter : codec.refused(model, request.options())) {
      sent = sent.without(parameter);
    }
    try {
      return Json.read(codec.encode(ENDPOINT, model, sent).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that a request can hold. */
  static ChatRequest full(Provider provider) {
    ObjectNode schema =
        (ObjectNode)
            json("{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}");
    ObjectNode arguments = Json.object().put("city", "Oslo");
    JsonNode thinking = json("{'type':'thinking','thinking':'hm','signature':'sig'}");
    return new ChatRequest(
        List.of(
            ChatMessage.system("Be brief."),
            ChatMessage.user("Weather in Oslo?"),
            ChatMessage.assistant(
                List.of(
                    new ChatContent.Reasoning(provider, "hm", thinking),
                    new ChatContent.Reasoning(Provider.MOCK, "somebody else's", thinking),
                    new ChatContent.Text("I will look."),
                    new ChatContent.ToolCall("call_1", "weather", arguments, "mark"))),
            ChatMessage.toolResults(
                List.of(new ChatContent.ToolResult("call_1", "weather", "rain", false))),
            ChatMessage.assistant(List.of(new ChatContent.Text("Rain."))),
            ChatMessage.user("Sure?")),
        new ChatOptions(0.7, 0.9, 256, List.of("END", "STOP"), 42L),
        List.of(new ToolDefinition("weather", "The weather of a city", schema)));
  }
}
