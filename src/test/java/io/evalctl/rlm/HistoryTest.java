package io.evalctl.rlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.llm.ChatContent;
import io.evalctl.llm.ChatMessage;
import io.evalctl.llm.ChatRole;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

  @Test
  void holdsEverythingWhileThereIsRoom() {
    History history = history(100_000, 3, 20_000);
    assertThat(history.fit()).isFalse();
    assertThat(history.messages()).hasSize(8);
    assertThat(history.messages().get(3).text()).contains("x".repeat(20_000));
  }

  @Test
  void shortensTheOldestOutputsFirst() {
    History history = history(40_000, 5, 20_000);
    assertThat(history.tokens()).isGreaterThan(32_000);

    assertThat(history.fit()).isTrue();

    assertThat(history.tokens()).isLessThanOrEqualTo(20_000);
    List<ChatMessage> messages = history.messages();
    assertThat(messages).hasSize(12);
    assertThat(messages.get(0).text()).isEqualTo("system");
    assertThat(messages.get(1).text()).isEqualTo("question");
    assertThat(messages.get(3).text())
        .contains("[... 18000 characters left out ...]", "Block 1", "reply 0")
        .hasSizeLessThan(3000);
    assertThat(messages.get(11).text()).contains("x".repeat(20_000));
    assertThat(history.fit()).isFalse();
  }

  @Test
  void shortensTheNewestWhenNothingElseHelps() {
    History history = history(4000, 2, 20_000);
    history.fit();
    assertThat(history.tokens()).isLessThanOrEqualTo(2000);
    assertThat(history.messages().get(5).text()).contains("characters left out");
  }

  @Test
  void shortensOldAnswersWhenOutputsAreShort() {
    History history = new History("system", "question", 10_000);
    for (int i = 0; i < 4; i++) {
      history.answered(List.of(new ChatContent.Text("y".repeat(9000))));
      history.told(new Feedback("", List.of(), "on"));
    }
    assertThat(history.fit()).isTrue();
    assertThat(history.messages().get(2).text()).hasSizeLessThan(2100);
    assertThat(history.messages().get(8).text()).hasSize(9000);
    assertThat(history.messages().get(8).role()).isEqualTo(ChatRole.ASSISTANT);
  }

  @Test
  void otherScriptsWeighMore() {
    assertThat(new History("яяя", "abc", 100).tokens()).isEqualTo(4);
  }

  private static History history(long window, int turns, int characters) {
    History history = new History("system", "question", window);
    for (int i = 0; i < turns; i++) {
      history.answered(List.of(new ChatContent.Text("code " + i)));
      Feedback.Output output = new Feedback.Output("Block 1", "x".repeat(characters));
      history.told(new Feedback("", List.of(output), "reply " + i));
    }
    return history;
  }
}
