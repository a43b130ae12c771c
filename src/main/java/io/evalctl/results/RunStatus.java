package io.evalctl.results;

import java.util.Locale;

/** Where a campaign or an eval run stands. */
public enum RunStatus {
  RUNNING,
  COMPLETE,
  INTERRUPTED;

  /** As it is stored. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RunStatus parse(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
