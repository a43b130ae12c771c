package io.evalctl.llm;

import java.time.Duration;

/** Hears of calls that are tried again, from the calling threads. */
@FunctionalInterface
public interface CallListener {
  /** Nobody listens. */
  CallListener NONE = (id, error, wait) -> {};

  /** An attempt failed with {@code error}; the next one follows after {@code wait}. */
  void retrying(ModelId id, LlmError error, Duration wait);
}
