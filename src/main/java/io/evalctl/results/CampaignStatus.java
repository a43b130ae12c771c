package io.evalctl.results;

import java.util.Locale;

/** Where a campaign stands. */
public enum CampaignStatus {
  RUNNING,
  COMPLETE,
  INTERRUPTED;

  /** As it is stored. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static CampaignStatus parse(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
