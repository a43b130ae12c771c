package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that refuse options, in the words that they really use. */
class YieldingChatModelTest {
  private static final ChatOptions ALL = new ChatOptions(0.5, 0.9, 10, List.of("END"), 1L);

  private final List<ChatOptions> asked = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        // In prose alone.
        "-|`temperature` is deprecated for this model.|temperature",
        "-|temperature is deprecated for this model.|temperature",
        "-|`top_p` is deprecated for this model.|top_p",
        "-|`temperature` and `top_p` cannot both be specified for this model. Please use only"
            + " one.|top_p",
        "-|temperature, top_p and top_k are not supported by this model|temperature,top_p",
        "-|Argument not supported on this model: stop|stop",
        "-|Model grok-4.5 does not support parameter stop.|stop",
        "-|stop_sequences is not supported|stop",
        "-|body.seed: Extra inputs are not permitted|seed",
        "-|invalid temperature: only 1 is allowed for this model|temperature",
        "-|`temperature` may only be set to 1 when thinking is enabled.|temperature",
        "-|litellm.BadRequestError: {\"message\":\"`temperature` is deprecated for this"
            + " model.\"}|temperature",
        // In a field.
        "temperature|Unsupported value: 'temperature' does not support 0.5 with this model. Only"
            + " the default (1) value is supported.|temperature",
        "top_p|Unsupported parameter: 'top_p' is not supported with this model.|top_p",
        "stop|Unsupported parameter: 'stop' is not supported with this model.|stop",
        "seed|m|seed",
        // No refusal, or of what nobody can do without.
        "temperature|Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but"
            + " got 3 instead.|-",
        "-|temperature: range: 0..1|-",
        "-|max_tokens: 99999 > 8192, which is not supported|-",
        "max_tokens|Unsupported parameter: 'max_tokens' is not supported with this model.|-",
        "-|your prompt must stop; this model does not support it|-",
        "-|the request is not supported|-"
      })
  void leavesOutWhatIsRefused(String field, String prose, String dropped) {
    LlmError error =
        new LlmError(LlmErrorCode.VALIDATION_ERROR, "m", prose, 400, false, 1, null, blank(field));
    List<String> expected = blank(dropped) == null ? List.of() : List.of(dropped.split(","));
    assertThat(RefusedOptions.of(error, ALL)).isEqualTo(expected);
    assertThat(RefusedOptions.of(error, ChatOptions.DEFAULT)).isEmpty();
    LlmError other =
        new LlmError(LlmErrorCode.NOT_FOUND, "m", prose, 404, false, 1, null, blank(field));
    assertThat(RefusedOptions.of(other, ALL)).isEmpty();
  }

  @Test
  void everyRefusedOptionIsLeftOutAndTold() {
    ChatModel model =
        model(
            options ->
                options.temperature() != null
                    ? "`temperature` is deprecated for this model."
                    : options.topP() != null
                        ? "`top_p` is deprecated for this model."
                        : !options.stopSequences().isEmpty()
                            ? "Argument not supported on this model: stop"
                            : null);
    ChatResponse first = ask(model, ALL);
    assertThat(first.droppedParameters()).containsExactly("temperature", "top_p", "stop");
    assertThat(first.attempts()).isEqualTo(4);
    assertThat(asked.get(3)).isEqualTo(new ChatOptions(null, null, 10, List.of(), 1L));
    // Known from then on, with another seed and limit, too.
    ChatResponse second = ask(model, new ChatOptions(0.5, 0.9, 99, List.of("END"), 2L));
    assertThat(second.droppedParameters()).isEqualTo(first.droppedParameters());
    assertThat(second.attempts()).isEqualTo(1);
  }

  @Test
  void whatIsRefusedStillIsAnError() {
    ChatModel model = model(options -> "messages: not supported");
    try {
      throw new AssertionError("it answered " + ask(model, ALL));
    } catch (LlmException e) {
      assertThat(e.error().attempts()).isEqualTo(1);
      assertThat(asked).hasSize(1);
    }
  }

  /** A line is sampled and told alike whether it comes first or last. */
  @Test
  void theOrderOfABatchDoesNotMatter() {
    List<ChatOptions> lines = new ArrayList<>();
    for (Double temperature : new Double[] {null, 0.5, 1.0}) {
      for (Double topP : new Double[] {null, 0.9}) {
        lines.add(new ChatOptions(temperature, topP, null, List.of(), null));
      }
    }
    Function<ChatOptions, String> server =
        options ->
            options.temperature() != null && options.topP() != null
                ? "`temperature` and `top_p` cannot both be specified for this model."
                : options.temperature() != null && options.temperature() != 1
                    ? "'temperature' does not support 0.5 with this model. Only the default (1)"
                        + " value is supported."
                    : null;
    Map<ChatOptions, List<String>> expected = new HashMap<>();
    for (ChatOptions line : lines) {
      expected.put(line, ask(model(server), line).droppedParameters());
    }
    assertThat(expected.get(new ChatOptions(1.0, 0.9, null, List.of(), null)))
        .containsExactly("top_p");
    assertThat(expected.get(new ChatOptions(null, 0.9, null, List.of(), null))).isEmpty();
    for (int rotation = 0; rotation < lines.size(); rotation++) {
      Collections.rotate(lines, 1);
      ChatModel model = model(server);
      for (int pass = 0; pass < 2; pass++) {
        for (ChatOptions line : lines) {
          assertThat(ask(model, line).droppedParameters()).isEqualTo(expected.get(line));
        }
      }
    }
  }

  private static ChatResponse ask(ChatModel model, ChatOptions options) {
    return model.complete(
        ChatRequest.of(List.of(ChatMessage.user("hi")), options),
        Deadline.in(Duration.ofSeconds(300), new ManualTime()));
  }

  /** One that answers unless {@code refusal} has words for the options. */
  private ChatModel model(Function<ChatOptions, String> refusal) {
    ChatModel once =
        new ChatModel() {
          @Override
          public ModelId id() {
            return new ModelId(Provider.ANTHROPIC, "claude-x");
          }

          @Override
          public ChatResponse complete(ChatRequest request, Deadline deadline) {
            asked.add(request.options());
            String prose = refusal.apply(request.options());
            if (prose != null) {
              throw new LlmException(
                  LlmError.of(LlmErrorCode.VALIDATION_ERROR, "m", prose).withAttempts(1), null);
            }
            return new ChatResponse(
                List.of(new ChatContent.Text("hello")),
                StopReason.STOP,
                "stop",
                Usage.reported(1L, null, null, 1L, null),
                null,
                null,
                Duration.ZERO,
                1,
                List.of());
          }
        };
    return new YieldingChatModel(once, CallListener.NONE);
  }

  private static String blank(String text) {
    return text == null || text.isBlank() || text.equals("-") ? null : text;
  }
}
