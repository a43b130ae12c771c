package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/opt/java/bin/java, /opt/java/bin/java",
        "-Dname=value, -Dname=value",
        "two words, 'two words'",
        "it's, 'it'\\''s'",
        "$HOME, '$HOME'",
        "\"\", ''"
      })
  void isOneWordForAShell(String text, String word) {
    assertThat(ShellWord.quote(text)).isEqualTo(word);
  }
}
