package io.evalctl.template;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The encodings that a script may name in SET client_encoding, as Java knows them. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/multibyte.html">section 24.3</a>
 */
final class ScriptEncoding {
  /** Those whose names differ by more than what {@link #plain} leaves out. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("unicode", "UTF-8"),
          Map.entry("latin1", "ISO-8859-1"),
          Map.entry("latin2", "ISO-8859-2"),
          Map.entry("latin3", "ISO-8859-3"),
          Map.entry("latin4", "ISO-8859-4"),
          Map.entry("latin5", "ISO-8859-9"),
          Map.entry("latin6", "ISO-8859-10"),
          Map.entry("latin7", "ISO-8859-13"),
          Map.entry("latin8", "ISO-8859-14"),
          Map.entry("latin9", "ISO-8859-15"),
          Map.entry("latin10", "ISO-8859-16"),
          Map.entry("win", "windows-1251"),
          Map.entry("alt", "IBM866"),
          Map.entry("win866", "IBM866"),
          Map.entry("win874", "x-windows-874"),
          Map.entry("koi8", "KOI8-R"),
          Map.entry("koi8r", "KOI8-R"),
          Map.entry("koi8u", "KOI8-U"),
          Map.entry("eucjp", "EUC-JP"),
          Map.entry("euccn", "GB2312"),
          Map.entry("euckr", "EUC-KR"),
          Map.entry("euctw", "x-EUC-TW"),
          Map.entry("sjis", "windows-31j"),
          Map.entry("shiftjis", "windows-31j"),
          Map.entry("mskanji", "windows-31j"),
          Map.entry("win932", "windows-31j"),
          Map.entry("big5", "x-windows-950"),
          Map.entry("win950", "x-windows-950"),
          Map.entry("win936", "GBK"),
          Map.entry("uhc", "x-windows-949"),
          Map.entry("win949", "x-windows-949"),
          Map.entry("johab", "x-Johab"));

  private ScriptEncoding() {}

  /**
   * @param name as PostgreSQL spells it, in any case and with any marks between
   * @param server the encoding of the database, which SQL_ASCII stands for
   * @return empty when Java does not know it
   */
  static Optional<Charset> of(String name, String server) {
    String plain = plain(name);
    if (plain.equals("sqlascii")) {
      return plain(server).equals(plain) ? Optional.of(StandardCharsets.UTF_8) : of(server, "UTF8");
    }
    String java = NAMES.get(plain);
    if (java == null) {
      java =
          plain
              .replaceFirst("^win(dows)?(125\\d)$", "windows-$2")
              .replaceFirst("^iso8859(\\d+)$", "ISO-8859-$1");
    }
    try {
      return Charset.isSupported(java) ? Optional.of(Charset.forName(java)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
