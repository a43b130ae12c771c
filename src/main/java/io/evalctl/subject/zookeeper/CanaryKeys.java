package io.evalctl.subject.zookeeper;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/** What a canary writes: one key for each slot, with a value that follows from the slot. */
final class CanaryKeys {
  static final String ROOT = "/evalctl-canary";

  private CanaryKeys() {}

  static String name(long slot) {
    return "%010d".formatted(slot);
  }

  static String path(long slot) {
    return ROOT + "/" + name(slot);
  }

  static String value(long slot) {
    return sha256("slot " + slot).substring(0, 16);
  }

  /** One digest for all keys and values. */
  static String digest(SortedMap<String, String> content) {
    StringBuilder text = new StringBuilder();
    content.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return sha256(text.toString());
  }

  private static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
