package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A server that runs already. Thread-safe. */
final class ExternalServer implements PostgresServer {
  private static final String USUAL = "postgres";

  /** It is not there; we may not connect to it; pg_hba.conf has no entry for it. */
  private static final Set<String> CLOSED =
      Set.of(DatabaseError.UNKNOWN_DATABASE, "42501", "28000", "55000");

  private final ServerAddress address;
  private final String maintenanceDatabase;
  private final ServerTraits traits;

  private ExternalServer(ServerAddress address, String maintenanceDatabase, ServerTraits traits) {
    this.address = address;
    this.maintenanceDatabase = maintenanceDatabase;
    this.traits = traits;
  }

  /**
   * The first of several that can serve; a standby cannot.
   *
   * @throws EvalctlException POSTGRES_UNREACHABLE, POSTGRES_REFUSED
   */
  static ExternalServer connect(ServerChoice.External choice) {
    if (choice.others().isEmpty()) {
      return connect(choice.address());
    }
    List<ServerAddress> addresses = new ArrayList<>(List.of(choice.address()));
    addresses.addAll(choice.others());
    List<String> reasons = new ArrayList<>();
    for (ServerAddress address : addresses) {
      try {
        return connect(address);
      } catch (EvalctlException e) {
        reasons.add(e.getMessage());
        if (reasons.size() == addresses.size()) {
          throw new EvalctlException(
              e.code(), "none of the hosts serves: " + String.join("; ", reasons), e.hint(), e);
        }
      }
    }
    throw new IllegalStateException();
  }

  /**
   * @throws EvalctlException POSTGRES_UNREACHABLE, POSTGRES_REFUSED
   */
  static ExternalServer connect(ServerAddress address) {
    try {
      return look(address, USUAL);
    } catch (SQLException e) {
      if (!CLOSED.contains(e.getSQLState()) || address.database().equals(USUAL)) {
        throw DatabaseError.of("open a connection", address, e);
      }
      try {
        return look(address, address.database());
      } catch (SQLException again) {
        throw DatabaseError.of("open a connection", address, again);
      }
    }
  }

  private static ExternalServer look(ServerAddress address, String database) throws SQLException {
    try (Connection connection = address.open(database)) {
      return new ExternalServer(
          address, database, ServerTraits.read("external", address, connection));
    }
  }

  @Override
  public ServerAddress address() {
    return address;
  }

  @Override
  public ServerTraits traits() {
    return traits;
  }

  @Override
  public String maintenanceDatabase() {
    return maintenanceDatabase;
  }

  @Override
  public boolean throwaway() {
    return false;
  }

  @Override
  public void close() {
    // it was there before us
  }
}
