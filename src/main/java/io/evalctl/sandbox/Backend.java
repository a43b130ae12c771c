package io.evalctl.sandbox;

/** What confines the code. */
public enum Backend {
  /** A Docker container. */
  DOCKER,
  /** Namespaces of this machine's kernel, by bubblewrap. */
  LOCAL,
  /** Docker when an engine answers, else local. */
  AUTO
}
