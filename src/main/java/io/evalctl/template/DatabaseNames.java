package io.evalctl.template;

import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The names of a session's databases. All are shorter than the 63 bytes that PostgreSQL keeps of a
 * name. Thread-safe.
 */
final class DatabaseNames {
  static final String TEMPLATE = "evalctl_tpl_";
  static final String CLONE = "evalctl_db_";
  static final String BUILD = "evalctl_build_";
  private static final int MOST_RUN = 24;
  private static final int KEY_DIGITS = 16;

  private final String session;
  private final AtomicLong last = new AtomicLong();

  private DatabaseNames(String session) {
    this.session = session;
  }

  /** The run's id and something that no other session has: a run may be resumed. */
  static DatabaseNames of(String runId) {
    String plain = runId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    String random = UUID.randomUUID().toString().substring(0, 8);
    return new DatabaseNames(
        plain.substring(0, Math.min(MOST_RUN, plain.length())).replaceAll("^_|_$", "")
            + "_"
            + random);
  }

  /** What names the session in comments and locks. */
  String session() {
    return session;
  }

  String clone(long number) {
    return CLONE + session + "_" + number;
  }

  String build(long number) {
    return BUILD + session + "_" + number;
  }

  long next() {
    return last.incrementAndGet();
  }

  /** Whether it is of use to the session alone that has made it. */
  static boolean ownAlone(String name) {
    return !name.startsWith(TEMPLATE);
  }

  static String template(String key) {
    return TEMPLATE + key.substring(0, KEY_DIGITS);
  }
}
