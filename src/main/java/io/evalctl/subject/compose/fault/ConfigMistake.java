package io.evalctl.subject.compose.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A mistake of the sort that people make, in a configuration of whatever kind: whole lines that
 * begin with # count as remarks, and something after = or : as a value.
 */
enum ConfigMistake {
  /** The letter O for the last digit of a number. */
  NUMBER_WITH_LETTER("(?m)^[^#\\n=:]*[=:][^#\\n]*?\\d(?=\\D*$)") {
    @Override
    String spoil(String found) {
      return found.substring(0, found.length() - 1) + "O";
    }
  },
  /** A value is missing. */
  VALUE_MISSING("(?m)^[ \\t]*[^#\\s][^\\n=:]*[=:][ \\t]*\\S[^\\n]*$") {
    @Override
    String spoil(String found) {
      return found.replaceFirst("([=:][ \\t]*)\\S.*", "$1");
    }
  },
  /** One bracket too many, for files that have neither values nor numbers. */
  STRAY_BRACKET("(?m)^[ \\t]*[^#\\s][^\\n]*$") {
    @Override
    String spoil(String found) {
      return found + " }]\"";
    }
  };

  private final Pattern place;

  ConfigMistake(String place) {
    this.place = Pattern.compile(place);
  }

  abstract String spoil(String found);

  /**
   * The text with one mistake in it.
   *
   * @return the same text when there is nothing to spoil
   */
  static String in(String text, RandomGenerator random) {
    List<MatchResult> places = new ArrayList<>();
    List<ConfigMistake> kinds = new ArrayList<>();
    for (ConfigMistake mistake : values()) {
      if (mistake != STRAY_BRACKET || places.isEmpty()) {
        mistake
            .place
            .matcher(text)
            .results()
            .forEach(
                found -> {
                  places.add(found);
                  kinds.add(mistake);
                });
      }
    }
    if (places.isEmpty()) {
      return text;
    }
    int chosen = random.nextInt(places.size());
    MatchResult place = places.get(chosen);
    return text.substring(0, place.start())
        + kinds.get(chosen).spoil(place.group())
        + text.substring(place.end());
  }
}
