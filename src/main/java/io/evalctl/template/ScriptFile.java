package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Opens a file of SQL, whatever it comes in: gzip is unpacked, UTF-16 (as PowerShell writes it)
 * becomes UTF-8, and what is no SQL is called by its name. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/app-pgdump.html">pg_dump's formats</a>
 */
final class ScriptFile {
  /** A tar archive says so at byte 257. */
  private static final int MOST_AHEAD = 512;

  private static final int TAR_MAGIC = 257;
  private static final String RESTORE = "make SQL of it with pg_restore -f fixture.sql ";

  /** By their first bytes, with the programs that unpack them. */
  private static final Map<String, String> COMPRESSED = new LinkedHashMap<>();

  static {
    COMPRESSED.put("28b52ffd", "zstd");
    COMPRESSED.put("fd377a585a00", "xz");
    COMPRESSED.put("425a68", "bzip2");
    COMPRESSED.put("04224d18", "lz4");
    COMPRESSED.put("504b0304", "zip");
  }

  private ScriptFile() {}

  /**
   * @return UTF-8, or what the file's own SET client_encoding says
   * @throws EvalctlException FIXTURE_FAILED when it is no SQL
   */
  static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw wrong(
          file,
          "is a directory",
          Files.exists(file.resolve("toc.dat"))
              ? "pg_dump -Fd wrote it: " + RESTORE + file
              : "name a file of SQL");
    }
    InputStream raw = Files.newInputStream(file);
    try {
      return open(file, raw);
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static InputStream open(Path file, InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
    in.mark(MOST_AHEAD);
    byte[] head = in.readNBytes(MOST_AHEAD);
    in.reset();
    String hex = HexFormat.of().formatHex(head, 0, Math.min(8, head.length));
    if (hex.startsWith("1f8b")) {
      return open(file, new GZIPInputStream(in, 1 << 16));
    }
    if (is(head, 0, "PGDMP")) {
      throw wrong(file, "is a custom-format dump (pg_dump -Fc)", RESTORE + file);
    }
    if (is(head, TAR_MAGIC, "ustar") || is(head, 0, "toc.dat\0")) {
      throw wrong(
          file,
          "is a tar archive",
          is(head, 0, "toc.dat\0") ? "pg_dump -Ft wrote it: " + RESTORE + file : "unpack it first");
    }
    for (Map.Entry<String, String> kind : COMPRESSED.entrySet()) {
      if (hex.startsWith(kind.getKey())) {
        throw wrong(
            file,
            "is compressed by " + kind.getValue() + ", which evalctl does not read",
            "decompress it, or compress it by gzip");
      }
    }
    Charset wide = wide(head);
    return wide == null ? in : new RecodedInput(in, wide);
  }

  /** By its mark, or as SQL begins with two ASCII characters. */
  private static Charset wide(byte[] head) {
    if (head.length < 2) {
      return null;
    }
    int first = head[0] & 0xff;
    int second = head[1] & 0xff;
    if (first == 0xff && second == 0xfe || first != 0 && second == 0) {
      return StandardCharsets.UTF_16LE;
    }
    return first == 0xfe && second == 0xff || first == 0 && second != 0
        ? StandardCharsets.UTF_16BE
        : null;
  }

  private static boolean is(byte[] head, int at, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < wanted.length; i++) {
      if (at + i >= head.length || head[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private static EvalctlException wrong(Path file, String what, String hint) {
    return new EvalctlException(ErrorCode.FIXTURE_FAILED, file + " " + what, hint);
  }
}
