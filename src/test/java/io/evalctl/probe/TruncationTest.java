package io.evalctl.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TruncationTest {

  @Test
  void cutsBetweenCharacters() {
    String text = "aé€😀";
    int[] bytes = {0, 1, 3, 6, 10};
    assertThat(Truncation.utf8Length(text)).isEqualTo(10);
    for (int max = 0; max <= 12; max++) {
      String cut = Truncation.cut(text, max);
      int length = cut.getBytes(StandardCharsets.UTF_8).length;
      assertThat(length).isLessThanOrEqualTo(max);
      assertThat(bytes).contains(length);
      assertThat(text).startsWith(cut);
      int most = 0;
      for (int whole : bytes) {
        most = whole <= max ? whole : most;
      }
      assertThat(length).isEqualTo(most);
    }
  }
}
