package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page for readers says what the console says. */
class ExplanationsIT {
  @Test
  void thePageHasEveryExplanationAsItIs() throws IOException {
    assertThat(Files.readAllLines(Path.of("src/site/markdown/campaign.md")))
        .containsAll(
            Explanations.all().stream()
                .map(each -> "| " + each.term() + " | " + each.text() + " |")
                .toList());
  }
}
