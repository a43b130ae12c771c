package io.evalctl.rlm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UntrustedTest {

  @Test
  void theSameTextHasTheSameLines() {
    assertThat(Untrusted.wrap("OUTPUT", "a\nb"))
        .isEqualTo(Untrusted.wrap("OUTPUT", "a\nb"))
        .matches("(?s)<<<OUTPUT (\\w{16})\na\nb\nOUTPUT \\1>>>");
  }

  @Test
  void theLinesOfAnotherTextDoNotFit() {
    String first = Untrusted.wrap("OUTPUT", "a");
    String second = Untrusted.wrap("OUTPUT", first + "\nb");
    String id = second.substring("<<<OUTPUT ".length(), "<<<OUTPUT ".length() + 16);
    assertThat(first).doesNotContain(id);
    assertThat(second.split(id, -1)).hasSize(3);
  }

  @Test
  void anExcerptKeepsBothEndsAndNoHalfCharacters() {
    assertThat(Excerpt.of("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Excerpt.of("abcdefgh", 4)).isEqualTo("ab\n[... 4 characters left out ...]\ngh");
    assertThat(Excerpt.of("a\uD83D\uDE00bc\uD83D\uDE00d", 4))
        .isEqualTo("a\n[... 6 characters left out ...]\nd");
    assertThat(Excerpt.of("abc", 0)).isEqualTo("\n[... 3 characters left out ...]\n");
  }
}
