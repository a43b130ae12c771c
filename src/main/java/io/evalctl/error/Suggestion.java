package io.evalctl.error;

import java.util.Collection;
import java.util.Comparator;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the name that was probably meant. */
public final class Suggestion {
  private Suggestion() {}

  /** The hint for an unknown name: the nearest known one, else all of them. */
  public static String among(String given, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparingInt(name -> distance.apply(given, name)))
        .filter(name -> distance.apply(given, name) <= Math.max(2, given.length() / 3))
        .map(name -> "did you mean '" + name + "'?")
        .orElse("known: " + String.join(", ", known));
  }
}
