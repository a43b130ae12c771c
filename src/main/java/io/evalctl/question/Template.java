package io.evalctl.question;

import io.evalctl.error.Suggestion;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with places to fill: {@code {{key}}}, or with functions, the last applied first: {@code
 * {{json base64 key}}}. Functions: base64, unbase64, url (percent-encoding for a query or a path),
 * json (escapes for the inside of a JSON string). Immutable.
 */
public record Template(String text) {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}]*)}}");
  private static final Map<String, UnaryOperator<String>> FUNCTIONS =
      Map.of(
          "base64", Template::base64,
          "unbase64", Template::unbase64,
          "url", value -> URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"),
          "json", Template::escape);

  public static Template of(String text) {
    return new Template(text);
  }

  /** What is wrong with it, when only these variables are there. */
  public Optional<String> fault(Collection<String> variables) {
    Matcher matcher = PLACE.matcher(text);
    while (matcher.find()) {
      List<String> words = words(matcher);
      String variable = words.get(words.size() - 1);
      if (!variables.contains(variable)) {
        return Optional.of(
            "nothing is called '%s' here; %s"
                .formatted(variable, Suggestion.among(variable, variables)));
      }
      for (String function : words.subList(0, words.size() - 1)) {
        if (!FUNCTIONS.containsKey(function)) {
          return Optional.of(
              "there is no function '%s'; %s"
                  .formatted(function, Suggestion.among(function, FUNCTIONS.keySet())));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a variable is in it. */
  public boolean uses(String variable) {
    return PLACE
        .matcher(text)
        .results()
        .anyMatch(match -> match.group(1).strip().matches("(.*\\s)?" + Pattern.quote(variable)));
  }

  /** The text with every place filled. */
  public String fill(Map<String, String> variables) {
    return PLACE
        .matcher(text)
        .replaceAll(
            match -> {
              List<String> words = List.of(match.group(1).strip().split("\\s+"));
              String value = variables.getOrDefault(words.get(words.size() - 1), "");
              for (int i = words.size() - 2; i >= 0; i--) {
                value = FUNCTIONS.get(words.get(i)).apply(value);
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /**
   * Applies functions to a value, the last of them first.
   *
   * @param functions their names, or nothing
   */
  public static String apply(String functions, String value) {
    return functions.isBlank()
        ? value
        : of("{{" + functions + " value}}").fill(Map.of("value", value));
  }

  private static List<String> words(Matcher matcher) {
    return List.of(matcher.group(1).strip().split("\\s+"));
  }

  private static String base64(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  /** What is no Base64 stays what it is: it will not be what was looked for. */
  private static String unbase64(String value) {
    try {
      return new String(Base64.getDecoder().decode(value.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static String escape(String value) {
    StringBuilder escaped = new StringBuilder();
    for (char c : value.toCharArray()) {
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ') {
        escaped.append("\\u%04x".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
