package io.evalctl.llm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Undoes the compression of a body (RFC 9110, section 8.4.1). Stateless. */
final class ContentCoding {
  /** What evalctl asks for; some servers compress whatever they are asked. */
  static final String ACCEPTED = "gzip, deflate";

  /** What is compressed holds control characters among so many bytes. */
  private static final int PEEK = 64;

  private static final int ZLIB_METHOD = 8;
  private static final int ZLIB_CHECK = 31;

  private ContentCoding() {}

  /**
   * The plain body.
   *
   * @param codings of the Content-Encoding header, in the order they were applied in, or null
   * @param host for errors
   * @param most bytes that the plain body may have
   * @throws LlmException {@code INVALID_RESPONSE} for a coding that is not known, or too large a
   *     body
   * @throws IOException when the body is cut short or no body of this coding
   */
  static byte[] decode(byte[] body, String codings, String host, int most) throws IOException {
    byte[] plain = body;
    String[] applied = codings == null ? new String[0] : codings.split(",");
    for (int i = applied.length - 1; i >= 0 && plain.length > 0; i--) {
      plain = undo(plain, applied[i].strip().toLowerCase(Locale.ROOT), host, most);
    }
    // Some servers compress without a word.
    return gzipped(plain) ? undo(plain, "gzip", host, most) : plain;
  }

  private static byte[] undo(byte[] body, String coding, String host, int most) throws IOException {
    if (json(body)) {
      // A proxy has undone it and left the header standing, or it names no coding at all.
      return body;
    }
    InputStream in = new ByteArrayInputStream(body);
    return switch (coding) {
      case "", "identity" -> body;
      case "gzip", "x-gzip" -> gzipped(body) ? read(new GZIPInputStream(in), host, most) : body;
      case "deflate" -> {
        Inflater inflater = new Inflater(!zlib(body));
        try {
          yield read(new InflaterInputStream(in, inflater), host, most);
        } finally {
          inflater.end();
        }
      }
      default ->
          throw new LlmException(
              LlmErrorCode.INVALID_RESPONSE,
              "%s sent a body compressed with %s, which evalctl cannot read"
                  .formatted(host, coding),
              "it was asked for " + ACCEPTED + " or none; a proxy in between may be the cause");
    };
  }

  private static boolean json(byte[] body) {
    boolean text = body[0] == '{' || body[0] == '[';
    for (int i = 1; i < Math.min(body.length, PEEK); i++) {
      text &= body[i] < 0 || body[i] >= ' ' || Character.isWhitespace(body[i]);
    }
    return text;
  }

  private static byte[] read(InputStream in, String host, int most) throws IOException {
    byte[] plain = in.readNBytes(most + 1);
    if (plain.length > most) {
      throw tooLarge(host, most);
    }
    return plain;
  }

  static LlmException tooLarge(String host, int most) {
    return new LlmException(
        LlmErrorCode.INVALID_RESPONSE, "%s sent more than %d MiB".formatted(host, most >> 20));
  }

  private static boolean gzipped(byte[] body) {
    return body.length > 2 && (body[0] & 0xff) == 0x1f && (body[1] & 0xff) == 0x8b;
  }

  /** Servers send both the zlib format that the standard asks for and the bare one. */
  private static boolean zlib(byte[] body) {
    return body.length > 1
        && (body[0] & 0x0f) == ZLIB_METHOD
        && (((body[0] & 0xff) << 8) + (body[1] & 0xff)) % ZLIB_CHECK == 0;
  }
}
