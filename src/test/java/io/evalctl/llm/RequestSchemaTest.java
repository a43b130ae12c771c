package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.evalctl.text.Json;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every request body against a schema of the provider's published fields, which allows no others.
 */
class RequestSchemaTest {
  private static final List<String> MODELS =
      List.of("gpt-4o", "o3", "claude-sonnet-4-5", "gemini-2.5-pro", "some-model");

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MOCK")
  void noProviderIsSentAFieldThatItDoesNotPublish(Provider provider) {
    Schema schema = schema(provider);
    check(schema, provider, "some-model", Published.full(provider));
    Random random = new Random(4211);
    for (int i = 0; i < 300; i++) {
      check(schema, provider, MODELS.get(i % MODELS.size()), request(provider, random));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MOCK")
  void theSchemaRefusesOtherFields(Provider provider) {
    ObjectNode body =
        (ObjectNode) Published.encode(provider, "some-model", Published.full(provider));
    body.put("unheard_of", 1);
    assertThat(schema(provider).validate(Json.text(body), InputFormat.JSON)).isNotEmpty();
  }

  private static void check(Schema schema, Provider provider, String model, ChatRequest request) {
    String body = Json.text(Published.encode(provider, model, request));
    assertThat(schema.validate(body, InputFormat.JSON)).as(body).isEmpty();
  }

  private static Schema schema(Provider provider) {
    InputStream in =
        RequestSchemaTest.class.getResourceAsStream("requests/" + provider.label() + ".json");
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
  }

  private static ChatRequest request(Provider provider, Random random) {
    ChatRequest full = Published.full(provider);
    List<ChatMessage> messages = new ArrayList<>();
    if (random.nextBoolean()) {
      messages.add(ChatMessage.system("Be brief."));
    }
    for (int turn = 0; turn <= random.nextInt(3); turn++) {
      messages.add(ChatMessage.user("question " + turn));
      messages.add(answer(provider, random));
      boolean called = !calls(messages.get(messages.size() - 1)).isEmpty();
      if (called) {
        messages.add(
            ChatMessage.toolResults(
                List.of(
                    new ChatContent.ToolResult(
                        "call_1",
                        "weather",
                        random.nextBoolean() ? "" : "x",
                        random.nextBoolean()))));
      }
    }
    messages.add(ChatMessage.user("last"));
    ChatOptions options =
        new ChatOptions(
            random.nextBoolean() ? null : (Double) (random.nextInt(11) / 10.0),
            random.nextBoolean() ? null : (Double) (random.nextInt(11) / 10.0),
            random.nextBoolean() ? null : (Integer) (1 + random.nextInt(1000)),
            random.nextBoolean() ? List.of() : List.of("END"),
            random.nextBoolean() ? null : (Long) (long) random.nextInt());
    return new ChatRequest(messages, options, random.nextBoolean() ? List.of() : full.tools());
  }

  private static ChatMessage answer(Provider provider, Random random) {
    List<ChatContent> content = new ArrayList<>();
    if (random.nextBoolean()) {
      content.add(
          new ChatContent.Reasoning(
              random.nextBoolean() ? provider : Provider.MOCK,
              "hm",
              random.nextBoolean()
                  ? null
                  : Published.json("{'type':'redacted_thinking','data':'x'}")));
    }
    boolean call = random.nextBoolean();
    if (!call || random.nextBoolean()) {
      content.add(new ChatContent.Text("answer"));
    }
    if (call) {
      content.add(
          new ChatContent.ToolCall(
              random.nextBoolean() ? "call_1" : "#0",
              "weather",
              random.nextBoolean() ? Json.object() : Published.json("'{broken'"),
              random.nextBoolean() ? null : "mark"));
    }
    return ChatMessage.assistant(content);
  }

  private static List<ChatContent> calls(ChatMessage message) {
    return message.content().stream().filter(ChatContent.ToolCall.class::isInstance).toList();
  }
}
