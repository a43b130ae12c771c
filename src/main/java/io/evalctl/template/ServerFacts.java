package io.evalctl.template;

/**
 * What a server is, for the record.
 *
 * @param kind {@code embedded} or {@code external}
 * @param version as the server writes it: {@code 18.6}
 * @param versionNumber 180006
 * @param address {@code host:port}
 * @param encoding and {@code locale} of a new database
 */
public record ServerFacts(
    String kind,
    String version,
    int versionNumber,
    String address,
    String encoding,
    String locale) {
  private static final int STRATEGY_SINCE = 150000;
  private static final int SESSION_TIMEOUT_SINCE = 140000;

  public int major() {
    return versionNumber / 10_000;
  }

  /** Whether CREATE DATABASE takes a STRATEGY. */
  boolean knowsStrategy() {
    return versionNumber >= STRATEGY_SINCE;
  }

  boolean endsIdleSessions() {
    return versionNumber >= SESSION_TIMEOUT_SINCE;
  }
}
