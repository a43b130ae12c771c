package io.evalctl.template;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Sessions on whatever server the environment names. */
@EnabledIfEnvironmentVariable(
    named = TestServer.VARIABLE,
    matches = "postgres.+",
    disabledReason = "EVALCTL_TEST_PG_URL names no server: see .ci/run")
class SessionsOnInstalledIT extends TemplateContract {
  private final TestServer server = TestServer.external();

  @Override
  TestServer server() {
    return server;
  }
}
