package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenCounterTest {
  private static final List<ChatContent> ANSWER = List.of(new ChatContent.Text("Hello there!"));
  private static final ChatRequest HELLO =
      ChatRequest.of(List.of(ChatMessage.user("hello world")), ChatOptions.DEFAULT);

  @Test
  void leavesWhatIsReported() {
    Usage reported = Usage.reported(9L, 3L, null, 4L, 1L);
    assertThat(complete("gpt-4o", reported)).isSameAs(reported);
  }

  @Test
  void countsWithTheModelsEncoding() {
    // "hello world" is two tokens, and a prompt of one message costs seven more.
    for (String model :
        List.of("gpt-4o", "gpt-4o-mini", "gpt-4", "gpt-3.5-turbo", "o1", "gpt-5.2")) {
      Usage usage = complete(model, Usage.NONE);
      assertThat(usage.input()).isEqualTo(new TokenCount(9, TokenOrigin.COUNTED));
      assertThat(usage.output()).isEqualTo(new TokenCount(3, TokenOrigin.COUNTED));
    }
  }

  @Test
  void tellsTheEncodingsApart() {
    ChatRequest thai = ChatRequest.of(List.of(ChatMessage.user("สวัสดีครับ")), ChatOptions.DEFAULT);
    long old = count("gpt-4", thai);
    long recent = count("gpt-4o", thai);
    assertThat(recent).isLessThan(old);
    assertThat(count("gpt-4-turbo", thai)).isEqualTo(old);
    assertThat(count("gpt-4.1", thai)).isEqualTo(recent);
  }

  @Test
  void aSpecialTokenInTheTextIsText() {
    ChatRequest special =
        ChatRequest.of(List.of(ChatMessage.user("<|endoftext|>")), ChatOptions.DEFAULT);
    assertThat(count("gpt-4o", special)).isGreaterThan(8);
  }

  @Test
  void estimatesForModelsItDoesNotKnow() {
    Usage usage = complete("llama-nevada", Usage.NONE);
    assertThat(usage.input()).isEqualTo(new TokenCount(3, TokenOrigin.ESTIMATED));
    assertThat(usage.output()).isEqualTo(new TokenCount(3, TokenOrigin.ESTIMATED));
  }

  @Test
  void fillsOnlyWhatIsMissing() {
    Usage usage = complete("llama-nevada", Usage.reported(9L, 3L, null, null, null));
    assertThat(usage.input()).isEqualTo(new TokenCount(9, TokenOrigin.REPORTED));
    assertThat(usage.cachedInput()).isEqualTo(new TokenCount(3, TokenOrigin.REPORTED));
    assertThat(usage.output().origin()).isEqualTo(TokenOrigin.ESTIMATED);
  }

  private static Usage complete(String model, Usage usage) {
    return TokenCounter.complete(usage, new ModelId(Provider.OPENAI, model), HELLO, ANSWER);
  }

  private static long count(String model, ChatRequest request) {
    return TokenCounter.complete(Usage.NONE, new ModelId(Provider.OPENAI, model), request, ANSWER)
        .input()
        .tokens();
  }
}
