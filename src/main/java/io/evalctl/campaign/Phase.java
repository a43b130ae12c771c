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

  /** What is going on, in general. */
  public String activity() {
    return activity;
  }

  /**
   * What is going on in a trial of this arm, for the console.
   *
   * @param mendable whether an operator could mend its fault
   */
  public String activity(Arm arm, boolean mendable) {
    if (this == TEARDOWN && !arm.hasOperator()) {
      return "ending the recorder";
    }
    if (this != RESPONSE) {
      return activity;
    }
    return switch (arm) {
      case AGENT -> activity;
      case BASELINE ->
          mendable ? "waiting to see it heal by itself" : "waiting for the fault's end";
      case CONTROL -> "watching for false alarms";
    };
  }
}
