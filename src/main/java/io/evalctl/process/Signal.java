package io.evalctl.process;

/** The signals evalctl sends. */
public enum Signal {
  TERM,
  KILL,
  STOP,
  CONT
}
