package io.evalctl.eval.dataset.source;

import java.util.HashMap;
import java.util.Map;

/** The line on which each value of a document begins, by the value's path. Not thread-safe. */
public final class Lines {
  private final Map<String, Integer> lines = new HashMap<>();

  void put(String path, int line) {
    lines.putIfAbsent(path, line);
  }

  /** The value's line; that of the nearest value around it when it is not there. */
  public int of(String path) {
    String place = path;
    while (!place.isEmpty()) {
      Integer line = lines.get(place);
      if (line != null) {
        return line;
      }
      place = place.substring(0, Math.max(0, lastSegment(place)));
    }
    return lines.getOrDefault("", 1);
  }

  private static int lastSegment(String path) {
    return path.endsWith("]") ? path.lastIndexOf('[') : path.lastIndexOf('.');
  }

  /** The path of a field: {@code cases[0].name}, or {@code input["odd key"]}. */
  public static String field(String parent, String name) {
    if (!plain(name)) {
      return parent + "[\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
    }
    return parent.isEmpty() ? name : parent + "." + name;
  }

  /** The path of an element, counted from 0. */
  public static String element(String parent, int index) {
    return parent + "[" + index + "]";
  }

  private static boolean plain(String name) {
    return !name.isEmpty()
        && !Character.isDigit(name.charAt(0))
        && name.chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "_$-".indexOf(c) >= 0));
  }
}
