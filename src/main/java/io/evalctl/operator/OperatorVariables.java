package io.evalctl.operator;

/**
 * The environment variables that an operator is given. They begin with {@code EVALCTL_RUN_}, so
 * that no evalctl inside the operator takes them for its options.
 */
public final class OperatorVariables {
  /** File that the operator writes its tickets into. */
  public static final String DATABASE = "EVALCTL_RUN_OPERATOR_DB";

  /** Directory of the subject. */
  public static final String SUBJECT_HOME = "EVALCTL_RUN_SUBJECT_HOME";

  /** File that describes the subject's nodes, addresses and commands, for programs. */
  public static final String SUBJECT_JSON = "EVALCTL_RUN_SUBJECT_JSON";

  /** File that describes the same for people and models. */
  public static final String AGENT_CONTEXT = "EVALCTL_RUN_AGENT_CONTEXT";

  /** Directory that the operator may write into. */
  public static final String TRIAL_DIRECTORY = "EVALCTL_RUN_TRIAL_DIR";

  /** Marks every process of one trial's operator; by it those left behind are found. */
  public static final String MARKER = "EVALCTL_RUN_OPERATOR";

  private OperatorVariables() {}
}
