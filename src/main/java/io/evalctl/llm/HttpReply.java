package io.evalctl.llm;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One HTTP response.
 *
 * @param headers by name in lower case; the last value of each
 */
record HttpReply(int status, Map<String, String> headers, byte[] body) {
  private static final int EXCERPT = 500;

  boolean success() {
    return status >= 200 && status < 300;
  }

  /** Whether the sender said where the body ends; if not, it ends where the connection does. */
  boolean framed() {
    return headers.containsKey("content-length") || headers.containsKey("transfer-encoding");
  }

  /** The beginning of the body, for an error that has no better words. */
  String excerpt() {
    String text =
        new String(body, 0, Math.min(body.length, 4 * EXCERPT), StandardCharsets.UTF_8).strip();
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
  }

  @Override
  public String toString() {
    return "HTTP " + status + ", " + body.length + " bytes";
  }
}
