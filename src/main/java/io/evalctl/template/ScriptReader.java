package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Takes an SQL script apart as psql does: section 4.1 of PostgreSQL's manual has the lexical rules,
 * and src/fe_utils/psqlscan.l how psql finds the end of a statement. It never holds more than one
 * statement, and of the data of a COPY only a buffer. One thread uses it.
 */
final class ScriptReader {
  /** A longer one would be in memory several times on its way to the server. */
  static final int MOST_STATEMENT_BYTES = 32 << 20;

  private static final byte[] LINE_COMMENT = {'-', '-'};
  private static final byte[] COMMENT = {'/', '*'};
  private static final byte[] COMMENT_END = {'*', '/'};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] DATA_END = {'\\', '.'};

  private final Path file;
  private final ScriptBytes bytes;
  private final BooleanSupplier standardStrings;
  private ByteArrayOutputStream statement = new ByteArrayOutputStream();
  private StatementWords words = new StatementWords();
  private long start;
  private boolean begun;

  /**
   * @param file for messages
   * @param standardStrings whether a backslash in a plain string is just one, asked again for each
   */
  ScriptReader(Path file, ScriptBytes bytes, BooleanSupplier standardStrings) {
    this.file = file;
    this.bytes = bytes;
    this.standardStrings = standardStrings;
  }

  /** The line that is read. */
  long line() {
    return bytes.line();
  }

  /** The next statement, or null at the end. */
  ScriptStatement next() throws IOException {
    statement = new ByteArrayOutputStream();
    words = new StatementWords();
    if (!begun && bytes.comes(BYTE_ORDER_MARK)) {
      for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
        bytes.read();
      }
    }
    begun = true;
    skipToStatement();
    while (true) {
      int next = bytes.ahead(0);
      if (next == ScriptBytes.END || next == ';' && words.complete()) {
        bytes.read();
        if (statement.size() > 0) {
          return finished();
        }
        if (next == ScriptBytes.END) {
          return null;
        }
        skipToStatement();
        continue;
      }
      part(next);
      if (statement.size() > MOST_STATEMENT_BYTES) {
        throw wrong(
            start,
            "a statement of more than " + (MOST_STATEMENT_BYTES >> 20) + " MiB",
            "load such data with COPY, or in several statements");
      }
    }
  }

  /**
   * Passes on the lines of data after a COPY, up to the line that ends them.
   *
   * @return the line where they begin
   */
  long data(OutputStream out) throws IOException {
    long begin = bytes.line();
    byte[] chunk = new byte[1 << 16];
    int size = 0;
    boolean lineStart = true;
    while (!(lineStart && dataEnds())) {
      int next = bytes.read();
      if (next == ScriptBytes.END) {
        throw wrong(
            begin, "the data of the COPY before it has no end", "a line with only \\. ends it");
      }
      chunk[size++] = (byte) next;
      lineStart = next == '\n';
      if (size == chunk.length) {
        out.write(chunk, 0, size);
        size = 0;
      }
    }
    out.write(chunk, 0, size);
    bytes.restOfLine();
    return begin;
  }

  private boolean dataEnds() throws IOException {
    if (!bytes.comes(DATA_END)) {
      return false;
    }
    int after = bytes.ahead(2) == '\r' ? bytes.ahead(3) : bytes.ahead(2);
    return after == '\n' || after == ScriptBytes.END;
  }

  private ScriptStatement finished() throws IOException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(statement.toByteArray()))
              .toString();
    } catch (CharacterCodingException e) {
      throw wrong(
          start,
          "bytes that are no UTF-8",
          "convert the file to UTF-8, or say SET client_encoding = 'LATIN1' (or what it is in) at"
              + " its top");
    }
    if (words.copiesIn()) {
      bytes.restOfLine();
    }
    return new ScriptStatement(text, start, words.copiesIn(), words.copiesOut());
  }

  /** Skips spaces, comments and what psql wrote to protect itself from its input. */
  private void skipToStatement() throws IOException {
    while (true) {
      int next = bytes.ahead(0);
      if (next == ' ' || next >= '\t' && next <= '\r') {
        bytes.read();
      } else if (bytes.comes(LINE_COMMENT)) {
        bytes.restOfLine();
      } else if (bytes.comes(COMMENT)) {
        comment();
        statement.reset();
      } else if (next == '\\') {
        psqlCommand();
      } else {
        start = bytes.line();
        return;
      }
    }
  }

  private void psqlCommand() throws IOException {
    long line = bytes.line();
    String text = bytes.restOfLine().strip();
    String word = text.split("\\s", 2)[0];
    if (!word.equals("\\restrict") && !word.equals("\\unrestrict")) {
      throw wrong(
          line,
          "the psql command " + word,
          "only SQL can be loaded, and pg_dump's plain output (not with --create)");
    }
  }

  private void part(int next) throws IOException {
    if (next == 0) {
      throw wrong(bytes.line(), "a NUL byte", "this is no text of SQL");
    }
    if (next == '\'') {
      boolean escapes = words.lastIsEscapePrefix() || !standardStrings.getAsBoolean();
      words.other();
      quoted('\'', escapes, "string");
    } else if (next == '"') {
      words.other();
      quoted('"', false, "quoted name");
    } else if (bytes.comes(LINE_COMMENT)) {
      while (bytes.ahead(0) != '\n' && bytes.ahead(0) != ScriptBytes.END) {
        take();
      }
    } else if (bytes.comes(COMMENT)) {
      comment();
    } else if (next == '$' && tagLength() > 0) {
      words.other();
      dollarQuoted(tagLength());
    } else if (next == '\\') {
      throw wrong(
          bytes.line(), "a backslash outside of a string", "psql's commands cannot be loaded");
    } else if (isWordStart(next)) {
      StringBuilder word = new StringBuilder();
      while (isWordPart(bytes.ahead(0))) {
        word.append((char) take());
      }
      words.word(word.toString());
    } else {
      if (next >= '0' && next <= '9') {
        while (isWordPart(bytes.ahead(0))) {
          take();
        }
      } else {
        take();
      }
      words.mark(next);
    }
  }

  private void quoted(int quote, boolean escapes, String what) throws IOException {
    long line = bytes.line();
    take();
    while (true) {
      int next = take();
      if (next == ScriptBytes.END) {
        throw wrong(line, "a " + what + " without an end", null);
      }
      if (escapes && next == '\\') {
        take();
      } else if (next == quote) {
        if (bytes.ahead(0) != quote) {
          return;
        }
        take();
      }
    }
  }

  private void comment() throws IOException {
    long line = bytes.line();
    int depth = 0;
    do {
      if (bytes.comes(COMMENT)) {
        depth++;
        take();
      } else if (bytes.comes(COMMENT_END)) {
        depth--;
        take();
      }
      if (take() == ScriptBytes.END) {
        throw wrong(line, "a comment without an end", null);
      }
    } while (depth > 0);
  }

  /** The length of a dollar-quote's tag with both its dollars, or 0. */
  private int tagLength() throws IOException {
    int length = 1;
    if (isWordStart(bytes.ahead(1))) {
      while (isWordPart(bytes.ahead(length)) && bytes.ahead(length) != '$' && length < 256) {
        length++;
      }
    }
    return bytes.ahead(length) == '$' ? length + 1 : 0;
  }

  private void dollarQuoted(int tagLength) throws IOException {
    long line = bytes.line();
    byte[] tag = new byte[tagLength];
    for (int i = 0; i < tagLength; i++) {
      tag[i] = (byte) take();
    }
    while (!bytes.comes(tag)) {
      if (take() == ScriptBytes.END) {
        throw wrong(line, "a dollar-quoted string without an end", null);
      }
    }
    for (int i = 0; i < tagLength; i++) {
      take();
    }
  }

  private int take() throws IOException {
    int next = bytes.read();
    if (next != ScriptBytes.END) {
      statement.write(next);
    }
    return next;
  }

  private static boolean isWordStart(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
  }

  private static boolean isWordPart(int c) {
    return isWordStart(c) || c >= '0' && c <= '9' || c == '$';
  }

  private EvalctlException wrong(long line, String what, String hint) {
    return new EvalctlException(
        ErrorCode.FIXTURE_FAILED, file + ", line " + line + ": " + what, hint);
  }
}
