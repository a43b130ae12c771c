package io.evalctl.template;

import java.sql.Connection;
import java.util.concurrent.CountDownLatch;

/** A migrator that evalctl knows nothing of: it finds its database in the environment. */
public final class SmallMigrator {
  private SmallMigrator() {}

  public static void main(String[] args) throws Exception {
    ServerChoice.External place =
        (ServerChoice.External) ServerChoice.parse("env", System.getenv());
    // It leaves its connection open.
    Connection connection = place.address().open(place.address().database());
    Sql.run(connection, "create table made as select 7 as n");
    switch (args[0]) {
      case "fail" -> {
        System.err.println("the moon is in the way");
        System.exit(3);
      }
      case "hang" -> new CountDownLatch(1).await();
      default -> {
        // done
      }
    }
  }
}
