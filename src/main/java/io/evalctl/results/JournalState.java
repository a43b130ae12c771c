package io.evalctl.results;

import java.util.Locale;

/** The state of a row of the chaos journal. */
public enum JournalState {
  INTENT,
  INJECTED,
  UNDONE,
  UNDO_FAILED;

  /** As it is stored. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
