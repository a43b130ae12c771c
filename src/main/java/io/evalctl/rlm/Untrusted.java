package io.evalctl.rlm;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Puts text that may come from anybody between two lines that it cannot contain: they carry an id
 * that is made from the text until it does not stand in it. Not a random one, so that the same
 * conversation is the same request, and a recording answers it. Stateless.
 */
final class Untrusted {
  private static final int ID_BYTES = 8;

  private Untrusted() {}

  static String wrap(String kind, String text) {
    String id = id(text);
    return "<<<%s %s\n%s\n%s %s>>>".formatted(kind, id, text, kind, id);
  }

  private static String id(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      while (true) {
        String id = HexFormat.of().formatHex(hash, 0, ID_BYTES);
        if (!text.contains(id)) {
          return id;
        }
        hash = digest.digest(hash);
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
