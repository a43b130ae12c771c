package io.evalctl.rlm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the models are told. Nothing in it depends on the hour or the machine, so that a recording
 * answers the same query again. Stateless.
 */
final class Prompts {
  private static final String SYSTEM = read("system.md");
  private static final String SQL = read("sql.md");
  private static final String SUB = read("sub.md");

  private Prompts() {}

  static String system(RlmQuery query, RlmLimits limits) {
    String sql =
        query.database() == null
            ? ""
            : SQL.replace("@ROWS@", String.valueOf(limits.sqlRows()))
                .replace("@SECONDS@", seconds(limits.sqlTimeout().toMillis()));
    String text =
        SYSTEM
            .replace("@SQL@", sql)
            .replace("@SECONDS@", seconds(limits.executeTimeout().toMillis()))
            .replace("@ITERATIONS@", String.valueOf(limits.iterations()))
            .replace("@CHARACTERS@", grouped(SubCalls.MOST_CHARACTERS))
            .strip();
    String extra = query.extraSystem();
    return extra == null || extra.isBlank() ? text : text + "\n\n" + extra.strip();
  }

  /** The question, and what the sandbox holds: sizes and names, nothing of the content. */
  static String question(RlmQuery query) {
    List<String> documents = query.documents();
    StringBuilder text = new StringBuilder("Question:\n").append(query.question().strip());
    text.append("\n\n`context` holds ")
        .append(documents.size() == 1 ? "1 document" : documents.size() + " documents");
    if (!documents.isEmpty()) {
      text.append(": ")
          .append(
              documents.stream()
                  .limit(50)
                  .map(document -> grouped(document.codePointCount(0, document.length())))
                  .collect(Collectors.joining("; ")))
          .append(documents.size() > 50 ? "; ..." : "")
          .append(" characters");
    }
    text.append('.');
    if (!query.variables().isEmpty()) {
      text.append(" There are also the variables ")
          .append(query.variables().keySet().stream().sorted().collect(Collectors.joining(", ")))
          .append('.');
    }
    return text.toString();
  }

  static String sub() {
    return SUB.strip();
  }

  /** The same in every locale. */
  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String seconds(long millis) {
    return millis % 1000 == 0 ? String.valueOf(millis / 1000) : String.valueOf(millis / 1e3);
  }

  private static String read(String resource) {
    try (InputStream in = Prompts.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
