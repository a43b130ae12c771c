package io.evalctl.eval.scorer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the numbers in a text as people and models write them: {@code -3}, {@code 1,234.5}, {@code
 * 2.5e-3}, {@code 12%} (which is 12), {@code $40}, {@code 42kg}. What is only part of something
 * else ({@code x86}, {@code 0x1F}, {@code 1.2.3}) is no number. Stateless.
 */
final class NumberFinder {
  // Possessive, so that no part of a number is taken for one when the whole is not.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}_.])(?<![0-9],)([-+\u2212]?)"
              + "((?>[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])|[0-9]++))((?:\\.[0-9]++)?+)"
              + "((?:[eE][-+]?[0-9]{1,3}+)?+)"
              + "(?=[\\p{L}%\u00b0\u20ac$\u00a3]*+(?![\\p{L}\\p{N}_]))(?![.,]?[0-9])");

  /** Longer digits are no quantity. */
  private static final int MOST_DIGITS = 400;

  private NumberFinder() {}

  /** All of them in their order. */
  static List<BigDecimal> find(String text) {
    List<BigDecimal> numbers = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(text);
    while (matcher.find()) {
      if (matcher.end() - matcher.start() <= MOST_DIGITS) {
        String sign = matcher.group(1).isEmpty() || matcher.group(1).equals("+") ? "" : "-";
        String digits = matcher.group(2).replace(",", "");
        numbers.add(new BigDecimal(sign + digits + matcher.group(3) + matcher.group(4)));
      }
    }
    return numbers;
  }
}
