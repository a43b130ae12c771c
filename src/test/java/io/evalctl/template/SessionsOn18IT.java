package io.evalctl.template;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Sessions on the PostgreSQL that evalctl brings along. */
class SessionsOn18IT extends TemplateContract {
  @TempDir static Path place;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.embedded(place);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  TestServer server() {
    return server;
  }
}
