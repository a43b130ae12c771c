package io.evalctl.rlm;

import io.evalctl.llm.ChatContent;
import io.evalctl.llm.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * The conversation with the root model. When it nears the model's window, outputs are shortened,
 * the oldest first, then old answers, and the newest output only when nothing else helps. It is
 * brought well below the window at once, since every change of old messages costs the provider's
 * cache. Used by one thread.
 */
final class History {
  /** Part of the window at which it is shortened, and to which; the rest is for the answer. */
  private static final double FULL = 0.8;

  private static final double ROOMY = 0.5;
  private static final int[] ALLOWANCES = {2000, 200};

  private final ChatMessage system;
  private final ChatMessage question;
  private final long window;
  private final List<Turn> turns = new ArrayList<>();

  History(String system, String question, long window) {
    this.system = ChatMessage.system(system);
    this.question = ChatMessage.user(question);
    this.window = window;
  }

  void answered(List<ChatContent> content) {
    turns.add(new Turn(ChatMessage.assistant(content)));
  }

  void told(Feedback feedback) {
    turns.get(turns.size() - 1).tell(feedback);
  }

  /**
   * Shortens where that is due.
   *
   * @return whether anything was shortened
   */
  boolean fit() {
    if (tokens() <= FULL * window) {
      return false;
    }
    int last = turns.size() - 1;
    boolean changed = false;
    for (int allowance : ALLOWANCES) {
      for (int i = 0; i < last && tooLong(); i++) {
        changed |= turns.get(i).shortenOutput(allowance);
      }
    }
    for (int i = 0; i < last && tooLong(); i++) {
      changed |= turns.get(i).shortenAnswer(ALLOWANCES[0]);
    }
    for (int i = 0; i < ALLOWANCES.length && last >= 0 && tooLong(); i++) {
      changed |= turns.get(last).shortenOutput(ALLOWANCES[i]);
    }
    return changed;
  }

  List<ChatMessage> messages() {
    List<ChatMessage> messages = new ArrayList<>(List.of(system, question));
    turns.forEach(turn -> turn.addTo(messages));
    return messages;
  }

  /**
   * An estimate on the high side: three ASCII characters, or one other, to a token. The providers'
   * encodings need fewer for prose, about as many for code, figures and other scripts.
   */
  long tokens() {
    return messages().stream().mapToLong(message -> tokens(message.text())).sum();
  }

  private boolean tooLong() {
    return tokens() > ROOMY * window;
  }

  private static long tokens(String text) {
    long ascii = text.chars().filter(c -> c < 0x80).count();
    return (ascii + 2) / 3 + text.length() - ascii;
  }

  /** An answer of the model and what it was told then. */
  private static final class Turn {
    private ChatMessage answer;
    private Feedback feedback;
    private int allowance = Integer.MAX_VALUE;
    private ChatMessage told;

    Turn(ChatMessage answer) {
      this.answer = answer;
    }

    void tell(Feedback what) {
      feedback = what;
      told = ChatMessage.user(what.text(allowance));
    }

    boolean shortenOutput(int most) {
      if (feedback == null || most >= allowance) {
        return false;
      }
      allowance = most;
      String before = told.text();
      tell(feedback);
      return !told.text().equals(before);
    }

    boolean shortenAnswer(int most) {
      String text = answer.text();
      String shorter = Excerpt.of(text, most);
      answer = ChatMessage.assistant(List.of(new ChatContent.Text(shorter)));
      return !shorter.equals(text);
    }

    void addTo(List<ChatMessage> messages) {
      messages.add(answer);
      if (told != null) {
        messages.add(told);
      }
    }
  }
}
