package io.evalctl.subject.zookeeper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A text that comes with evalctl, with places to fill in: {@code @NAME@}. */
final class ShippedText {
  private ShippedText() {}

  static String fill(String resource, Map<String, String> values) {
    String text;
    try (InputStream stream = ShippedText.class.getResourceAsStream(resource)) {
      text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    return text;
  }
}
