package io.evalctl.subject;

/** Hears of each canary operation once, when its result is known; from the canary's own threads. */
@FunctionalInterface
public interface CanaryListener {
  void completed(CanaryOperation operation);
}
