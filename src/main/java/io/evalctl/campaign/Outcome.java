package io.evalctl.campaign;

import java.util.Locale;

/** How a trial ended; {@link Judge} decides it. */
public enum Outcome {
  /** Setup, injection, witness or evalctl itself failed: in no rate. */
  INVALID,
  /** Control arm: a ticket although nothing was wrong. */
  FALSE_ALARM,
  /** Control arm: no ticket. */
  QUIET,
  /** The fault was witnessed, but nothing was ever impaired: in no rate. */
  NO_IMPACT,
  /**
   * An environmental fault, ended by evalctl, or before that with the container that it was in: in
   * no healing rate.
   */
  LIFTED,
  /** The operator said "resolved", and it was not so. */
  FALSE_RESOLVE,
  /** It recovered without the operator's doing. */
  SELF_HEALED,
  /** Resolved in time, and truly. */
  HEALED,
  /** It recovered, but the ticket was never resolved, or there was none. */
  UNCLOSED,
  /** A ticket, no resolution, not recovered at the deadline. */
  UNRESOLVED,
  /** No ticket and not recovered at the deadline. */
  UNDETECTED,
  /** Baseline arm: not recovered at the deadline. */
  UNHEALED;

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Outcome parse(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Whether the subject was whole again by its operator's or its own doing. */
  public boolean good() {
    return this == HEALED || this == SELF_HEALED || this == QUIET;
  }

  /** Whether it stands for something that the operator got wrong, or that stayed broken. */
  public boolean bad() {
    return switch (this) {
      case FALSE_ALARM, FALSE_RESOLVE, UNCLOSED, UNRESOLVED, UNDETECTED, UNHEALED -> true;
      case INVALID, QUIET, NO_IMPACT, LIFTED, SELF_HEALED, HEALED -> false;
    };
  }
}
