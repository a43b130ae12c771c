import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small operator without a model. It orders what will reach its reserve before a delivery can
 * arrive, closes the alerts that an order answers, and leaves everything else alone. The case comes
 * as JSON on standard input, the answer goes as JSON to standard output.
 */
public class Restock {
  private static final String SHORT =
      """
      select o.colony_id, o.colony, o.resource, o.capacity - o.amount as amount, o.sols_left
      from outlook o
      where o.sols_left < ?
        and not exists (
          select from orders p where p.colony_id = o.colony_id and p.resource = o.resource)
      order by o.sols_left, o.colony_id, o.resource
      """;
  private static final String ORDER =
      "insert into orders (colony_id, resource, amount, reason) values (?, ?, ?, ?)";
  private static final String CLOSE =
      """
      update alerts a set resolved_at = now(), resolution = 'ordered'
      from orders p
      where p.colony_id = a.colony_id and p.resource = a.resource and a.resolved_at is null
      """;

  public static void main(String[] arguments) throws Exception {
    String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    Matcher horizon = Pattern.compile("\"deliverySols\"\\s*:\\s*([0-9]+)").matcher(input);
    if (!horizon.find()) {
      System.err.println("the case does not say how many sols a delivery takes (deliverySols)");
      System.exit(1);
    }
    List<String> orders = new ArrayList<>();
    try (Connection database = connect()) {
      database.setAutoCommit(false);
      restock(database, Integer.parseInt(horizon.group(1)), orders);
      database.commit();
    }
    System.out.println("{\"output\": {\"orders\": [" + String.join(", ", orders) + "]}}");
  }

  private static void restock(Connection database, int sols, List<String> orders)
      throws SQLException {
    try (PreparedStatement find = database.prepareStatement(SHORT);
        PreparedStatement order = database.prepareStatement(ORDER);
        PreparedStatement close = database.prepareStatement(CLOSE)) {
      find.setInt(1, sols);
      try (ResultSet row = find.executeQuery()) {
        while (row.next()) {
          order.setInt(1, row.getInt("colony_id"));
          order.setString(2, row.getString("resource"));
          order.setBigDecimal(3, row.getBigDecimal("amount"));
          order.setString(4, row.getString("sols_left") + " sols left");
          order.executeUpdate();
          orders.add(
              "{\"colony\": \"%s\", \"resource\": \"%s\", \"amount\": %s}"
                  .formatted(
                      row.getString("colony"), row.getString("resource"), row.getString("amount")));
        }
      }
      close.executeUpdate();
    }
  }

  private static Connection connect() throws SQLException {
    Properties login = new Properties();
    login.setProperty("user", System.getenv("PGUSER"));
    if (System.getenv("PGPASSWORD") != null) {
      login.setProperty("password", System.getenv("PGPASSWORD"));
    }
    String url =
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                System.getenv("PGHOST"), System.getenv("PGPORT"), System.getenv("PGDATABASE"));
    return DriverManager.getConnection(url, login);
  }
}
