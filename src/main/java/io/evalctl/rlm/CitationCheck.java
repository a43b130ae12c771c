package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks up the quotations of an answer in the documents: verbatim, but for white space. A quotation
 * is an element of a list {@code citations} or {@code quotes} anywhere in the answer, either the
 * text or {@code {"quote", "document"}}, with the document's index where it is a number; and, in
 * any other text, what stands in double quotation marks and has at least three words (fewer are a
 * term, not a passage). Stateless.
 */
final class CitationCheck {
  /** Each one is looked for in every document, so their number is bounded. */
  private static final int MOST = 200;

  private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}]+");
  private static final Pattern QUOTED =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])\"(?=\\S)([^\"]++)(?<=\\S)\"(?![\\p{L}\\p{N}])"
              + "|\u201c([^\u201c\u201d]++)\u201d|\u00ab([^\u00ab\u00bb]++)\u00bb");
  private static final Set<String> LISTS = Set.of("citations", "quotes");

  /** A claim of the answer: {@code document} is null when it names none. */
  private record Claim(String quote, JsonNode document, boolean listed) {}

  private CitationCheck() {}

  static Citations check(JsonNode answer, List<String> documents) {
    Set<Claim> claims = new LinkedHashSet<>();
    collect(answer, claims);
    if (claims.isEmpty()) {
      return Citations.NONE;
    }
    List<String> texts = documents.stream().map(CitationCheck::plain).toList();
    List<Citations.Citation> checked = new ArrayList<>();
    for (Claim claim : claims) {
      if (checked.size() < MOST) {
        checked.add(new Citations.Citation(claim.quote(), find(claim, texts)));
      }
    }
    return new Citations(checked, claims.size() - checked.size());
  }

  private static void collect(JsonNode node, Set<Claim> claims) {
    if (node.isTextual()) {
      Matcher matcher = QUOTED.matcher(node.textValue());
      while (matcher.find()) {
        String quote =
            matcher.group(1) != null
                ? matcher.group(1)
                : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
        if (SPACE.split(quote.strip()).length >= 3) {
          claims.add(new Claim(quote, null, false));
        }
      }
    } else if (node.isArray()) {
      node.forEach(element -> collect(element, claims));
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              field -> {
                if (LISTS.contains(field.getKey()) && field.getValue().isArray()) {
                  field.getValue().forEach(element -> listed(element, claims));
                } else {
                  collect(field.getValue(), claims);
                }
              });
    }
  }

  private static void listed(JsonNode element, Set<Claim> claims) {
    if (element.isTextual()) {
      claims.add(new Claim(element.textValue(), null, true));
    } else if (element.path("quote").isTextual()) {
      claims.add(new Claim(element.path("quote").textValue(), element.get("document"), true));
    } else {
      collect(element, claims);
    }
  }

  private static Integer find(Claim claim, List<String> texts) {
    String quote = plain(claim.quote());
    if (quote.isEmpty()) {
      return null;
    }
    JsonNode named = claim.document();
    for (int i = 0; i < texts.size(); i++) {
      boolean meant = named == null || !named.isIntegralNumber() || named.longValue() == i;
      if (meant && (texts.get(i).contains(quote) || !claim.listed() && ends(texts.get(i), quote))) {
        return i;
      }
    }
    return null;
  }

  /** American English puts its own comma or full stop inside the quotation marks. */
  private static boolean ends(String text, String quote) {
    char last = quote.charAt(quote.length() - 1);
    return (last == ',' || last == '.') && text.contains(quote.substring(0, quote.length() - 1));
  }

  private static String plain(String text) {
    return SPACE.matcher(text).replaceAll(" ").strip();
  }
}
