package io.evalctl.template;

import java.util.Locale;
import java.util.Optional;

/**
 * The setting of that name in a form that the JDBC driver bears: it ends a connection whose style
 * of output is not ISO. How dates are read depends on the order alone. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html">section 8.5</a>
 */
final class DateStyle {
  static final String NAME = "datestyle";

  private DateStyle() {}

  /**
   * @param value as in SET: {@code SQL, DMY}, with or without quotes
   * @return {@code ISO, DMY}, or {@code ISO} where it says nothing of the order; empty when it is
   *     none, for the server to say so
   */
  static Optional<String> iso(String value) {
    String order = "";
    for (String word : value.replaceAll("[\"']", "").toLowerCase(Locale.ROOT).split(",")) {
      String name = word.strip();
      if (name.startsWith("euro") || name.equals("dmy")) {
        order = ", DMY";
      } else if (name.startsWith("us") || name.startsWith("noneuro") || name.equals("mdy")) {
        order = ", MDY";
      } else if (name.equals("ymd")) {
        order = ", YMD";
      } else if (name.startsWith("german")) {
        order = order.isEmpty() ? ", DMY" : order;
      } else if (!name.equals("iso") && !name.equals("sql") && !name.startsWith("postgres")) {
        return Optional.empty();
      }
    }
    return Optional.of("ISO" + order);
  }
}
