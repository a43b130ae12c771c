package io.evalctl.operator.database;

/** An operator's database cannot be read just now; the message completes "FILE ...". */
final class NotReadableException extends Exception {
  private static final long serialVersionUID = 1L;

  NotReadableException(String reason) {
    super(reason);
  }

  NotReadableException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
