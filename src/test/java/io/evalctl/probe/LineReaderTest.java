package io.evalctl.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void countsBlankLinesButGivesNone() throws IOException {
    assertThat(read("a\n\n  \r\nb\r\n\nc")).containsExactly("0:a", "3:b\r", "5:c");
    assertThat(read("a\n")).containsExactly("0:a");
    assertThat(read("\n\n")).isEmpty();
    assertThat(read("")).isEmpty();
  }

  @Test
  void readsLinesLongerThanItsBuffer() throws IOException {
    String line = "x".repeat(200_000);
    assertThat(read(line + "\n" + line + "y")).containsExactly("0:" + line, "1:" + line + "y");
  }

  @Test
  void passesOverALineThatIsTooLong() throws IOException {
    LineReader reader = new LineReader(new Endless(BoundedInput.MAX_BYTES + 1L, "\nnext\n"));
    LineReader.Line tooLong = reader.next();
    assertThat(tooLong.index()).isZero();
    assertThat(tooLong.json()).isNull();
    assertThat(new String(reader.next().json(), StandardCharsets.UTF_8)).isEqualTo("next");
    assertThat(reader.next()).isNull();
    reader = new LineReader(new Endless(BoundedInput.MAX_BYTES, "\n"));
    assertThat(reader.next().json()).hasSize(BoundedInput.MAX_BYTES);
  }

  private static List<String> read(String text) throws IOException {
    LineReader reader =
        new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    List<String> lines = new ArrayList<>();
    for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line.index() + ":" + new String(line.json(), StandardCharsets.UTF_8));
    }
    return lines;
  }

  /** So many letters, then an end. */
  private static final class Endless extends InputStream {
    private long left;
    private final InputStream end;

    Endless(long letters, String end) {
      this.left = letters;
      this.end = new ByteArrayInputStream(end.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read() throws IOException {
      return left-- > 0 ? 'x' : end.read();
    }
  }
}
