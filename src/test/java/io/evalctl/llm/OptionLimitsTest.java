package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionLimitsTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "openai:gpt-4o, 2.0, 4, 9223372036854775807, ''",
        "openai:gpt-4o, 2.1, 5, -, 'temperature must be from 0 to 2 for openai;stop must be at most"
            + " 4 for openai, and there are 5'",
        // What is not sent cannot be refused.
        "openai:o3, 2.1, 5, -, ''",
        "anthropic:claude-opus-4-1, 1.0, 9, -, ''",
        "anthropic:claude-opus-4-1, 1.1, 0, 1, temperature must be from 0 to 1 for anthropic",
        "anthropic:claude-opus-5, 1.1, 0, 1, ''",
        "google:gemini-2.5-pro, 2.0, 5, 2147483647, ''",
        "google:gemini-2.5-pro, -, 6, 2147483648, 'stop must be at most 5 for google, and there are"
            + " 6;seed must be from -2147483648 to 2147483647 for google'",
        "mistral:mistral-small-2506, 1.5, 9, 0, ''",
        "mistral:mistral-small-2506, 1.6, 0, -1, temperature must be from 0 to 1.5 for mistral;seed"
            + " must be 0 or more for mistral",
        "deepseek:deepseek-chat, 2.0, 17, -, 'stop must be at most 16 for deepseek, and there are"
            + " 17'",
        "xai:grok-3, -, 5, -, 'stop must be at most 4 for xai, and there are 5'",
        "xai:grok-4, -, 5, -, ''",
        "openai-compatible:llama, 9.9, 99, -1, ''",
        "mock:file.json, 9.9, 99, -1, ''"
      })
  void saysWhatAProviderDoesNotTake(
      String model, Double temperature, int stops, Long seed, String problems) {
    ChatOptions options =
        new ChatOptions(temperature, null, null, Collections.nCopies(stops, "x"), seed);
    List<String> found =
        OptionLimits.problems(ModelId.parse(model), options).stream()
            .map(problem -> problem.option() + " " + problem.message())
            .toList();
    assertThat(String.join(";", found)).isEqualTo(problems);
  }
}
