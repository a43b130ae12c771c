package io.evalctl.campaign;

import java.util.Locale;

/** The named parts of a trial's wall time; what none accounts for is evalctl's own share. */
public enum Phase {
  RESET("starting the subject"),
  HEALTHY("waiting for health"),
  RECORDER("starting the recorder"),
  OPERATOR_START("starting the agent"),
  EVEN_WAIT("waiting as long as a trial with an agent does before its fault"),
  FAULT("injecting"),
  RESPONSE("waiting for the agent"),
  SETTLE("settling"),
  INSPECT("reading back"),
  UNDO("undoing"),
  TEARDOWN("ending the agent"),
  COOLDOWN("cooling down");

  private final String activity;

  Phase(String activity) {
    this.activity = activity;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What is going on, for the console. */
  public String activity() {
    return activity;
  }
}
