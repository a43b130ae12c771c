package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Cleans every string that leaves evalctl: a secret becomes {@code [redacted]}, and half of a
 * surrogate pair, which UTF-8 cannot hold, becomes U+FFFD. Immutable and thread-safe.
 */
public final class Redactor {
  static final String MARK = "[redacted]";

  /** Shorter ones are placeholders such as {@code none}, which stand in ordinary text too. */
  private static final int SHORTEST_SECRET = 6;

  private final List<String> secrets;

  Redactor(Collection<String> secrets) {
    this.secrets =
        secrets.stream()
            .filter(secret -> secret.length() >= SHORTEST_SECRET)
            .distinct()
            .sorted((a, b) -> b.length() - a.length())
            .toList();
  }

  /** One that cleans of this secret, too; null and placeholders are none. */
  public Redactor and(String secret) {
    if (secret == null) {
      return this;
    }
    List<String> more = new ArrayList<>(secrets);
    more.add(secret);
    return new Redactor(more);
  }

  /** The text without secrets and lone surrogates; null stays null. */
  public String redact(String text) {
    if (text == null) {
      return null;
    }
    String clean = text;
    for (String secret : secrets) {
      clean = clean.replace(secret, MARK);
    }
    return wellFormed(clean);
  }

  /**
   * A copy of the tree with every string and field name redacted; the tree itself if it is clean.
   */
  public JsonNode redact(JsonNode node) {
    if (node.isTextual()) {
      String clean = redact(node.textValue());
      return clean.equals(node.textValue()) ? node : JsonNodeFactory.instance.textNode(clean);
    }
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      boolean same = true;
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        String name = redact(field.getKey());
        JsonNode value = redact(field.getValue());
        same &= value == field.getValue() && name.equals(field.getKey());
        copy.set(name, value);
      }
      return same ? node : copy;
    }
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(node.size());
      boolean same = true;
      for (JsonNode element : node) {
        JsonNode value = redact(element);
        same &= value == element;
        copy.add(value);
      }
      return same ? node : copy;
    }
    return node;
  }

  /** Whether every surrogate has its other half. */
  public static boolean isWellFormed(String text) {
    return loneSurrogate(text, 0) < 0;
  }

  private static String wellFormed(String text) {
    int at = loneSurrogate(text, 0);
    if (at < 0) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text);
    for (; at >= 0; at = loneSurrogate(text, at + 1)) {
      clean.setCharAt(at, '\uFFFD');
    }
    return clean.toString();
  }

  private static int loneSurrogate(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        return i;
      }
      i++;
    }
    return -1;
  }
}
