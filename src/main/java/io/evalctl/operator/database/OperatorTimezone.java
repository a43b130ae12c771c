package io.evalctl.operator.database;

import java.time.ZoneId;
import java.time.ZoneOffset;

/** How a timestamp without an offset is read: the value of {@code --operator-timezone}. */
public enum OperatorTimezone {
  UTC,
  LOCAL;

  /** The zone of this machine for LOCAL. */
  public ZoneId zone() {
    return switch (this) {
      case UTC -> ZoneOffset.UTC;
      case LOCAL -> ZoneId.systemDefault();
    };
  }
}
