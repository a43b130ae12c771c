package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The rows of a table that are no news: those that were there at the mark, and those that were read
 * since. A new row is one that is not among them, whatever its id. Immutable.
 *
 * @param known the identities of the newest rows, as a JSON list
 * @param rows how many rows there were at the mark
 * @param greatest the greatest row number, or null where there is none
 * @param floor the greatest number of the rows that were too many to be remembered, or null when
 *     all are remembered; rows down there are not looked at
 * @param below how many rows there were down there
 */
record Remembered(String known, long rows, Long greatest, Long floor, long below) {
  /** More rows of a table than this are not remembered. */
  static final int MOST = 20_000;

  static final Remembered NOTHING = new Remembered("[]", 0, null, null, 0);

  /** The same and these. */
  Remembered with(Collection<String> identities) {
    if (identities.isEmpty()) {
      return this;
    }
    String more =
        identities.stream()
            .map(identity -> TextNode.valueOf(identity).toString())
            .collect(Collectors.joining(","));
    String before = known.substring(0, known.length() - 1);
    return new Remembered(
        before + (before.length() > 1 ? "," : "") + more + "]", rows, greatest, floor, below);
  }

  /** The same for a file that took the place of the other: its row numbers are its own. */
  Remembered inAnotherFile() {
    return new Remembered(known, rows, greatest, null, 0);
  }
}
