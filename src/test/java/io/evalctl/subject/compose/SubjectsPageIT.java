package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SubjectsPageIT {

  /** What readers copy is what is tried. */
  @Test
  void theWorkedExampleIsTheSubjectThatIsShipped() throws IOException {
    try (var in = ShippedSubjects.class.getResourceAsStream("redis.subject.yaml")) {
      String file = new String(in.readAllBytes(), StandardCharsets.UTF_8);

      assertThat(Path.of("src/site/markdown/subjects.md"))
          .content()
          .contains("```yaml\n" + file + "```\n");
    }
  }
}
