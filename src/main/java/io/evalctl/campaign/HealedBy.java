package io.evalctl.campaign;

import java.util.Locale;

/** Whose doing the recovery was, as far as the operator's log tells. */
public enum HealedBy {
  /** Commands were logged between onset and recovery. */
  AGENT,
  /** There is a log, and it holds no command before the recovery; or there was no operator. */
  SELF,
  /** The operator logs nothing. */
  UNKNOWN,
  /** The fault was lifted by evalctl. */
  EVALCTL,
  /** It did not recover. */
  NONE;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
