package io.evalctl.subject.zookeeper;

import io.evalctl.subject.CanaryListener;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Kind;
import io.evalctl.subject.CanaryOperation.Result;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.KeeperException.Code;

/** A canary's operation that is under way; tells its result once. Thread-safe. */
final class PendingOperation {
  private final Kind kind;
  private final long slot;
  private final long dueNanos;
  private final CanaryListener listener;
  private final AtomicBoolean told = new AtomicBoolean();

  PendingOperation(Kind kind, long slot, long dueNanos, CanaryListener listener) {
    this.kind = kind;
    this.slot = slot;
    this.dueNanos = dueNanos;
    this.listener = listener;
  }

  Kind kind() {
    return kind;
  }

  long slot() {
    return slot;
  }

  /** It could not be sent at all. */
  void notSent(long now) {
    tell(Result.FAIL, "no node to connect to", now);
  }

  /** There was no answer within its deadline. */
  void expired(long now) {
    tell(kind == Kind.WRITE ? Result.UNKNOWN : Result.FAIL, "no answer", now);
  }

  /** The client has called back. */
  void answered(int code, long now) {
    Code meaning = Code.get(code);
    if (meaning == Code.OK) {
      tell(Result.OK, "", now);
    } else {
      tell(
          kind == Kind.WRITE && doubtful(meaning) ? Result.UNKNOWN : Result.FAIL,
          meaning == null
              ? "error " + code
              : meaning.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          now);
    }
  }

  /**
   * System errors say nothing about what the servers did, API errors are their refusal
   * (KeeperException.Code), but for those that a client gives out by itself.
   */
  private static boolean doubtful(Code code) {
    return code == null
        || code.intValue() > Code.APIERROR.intValue()
        || code == Code.SESSIONEXPIRED
        || code == Code.SESSIONMOVED
        || code == Code.REQUESTTIMEOUT;
  }

  private void tell(Result result, String error, long now) {
    if (told.compareAndSet(false, true)) {
      listener.completed(new CanaryOperation(kind, slot, dueNanos, now, result, error));
    }
  }
}
