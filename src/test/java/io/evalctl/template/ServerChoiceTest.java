package io.evalctl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerChoiceTest {
  private static final String PASSWORD = "p@s:s/w%o?r#d+ü&";

  @Test
  void nothingRedirectsByItself() {
    Map<String, String> set = Map.of("DATABASE_URL", "postgres://x@y/z", "PGHOST", "elsewhere");
    assertThat(ServerChoice.parse(null, set)).isEqualTo(new ServerChoice.Embedded());
    assertThat(ServerChoice.parse("embedded", set)).isEqualTo(new ServerChoice.Embedded());
  }

  @Test
  void anAddressSurvivesItsUrl() {
    ServerAddress address =
        new ServerAddress(
            "db.example", 6543, "da/ta b", "me@home", PASSWORD, Map.of("sslmode", "require"));
    assertThat(env("DATABASE_URL", address.databaseUrl("da/ta b"))).isEqualTo(address);
    assertThat(env("DATABASE_URL", address.jdbcUrl("da/ta b"))).isEqualTo(address);
    assertThat(address.toString() + address.label()).doesNotContain(PASSWORD);
    assertThat(address.environment("x"))
        .containsEntry("PGPASSWORD", PASSWORD)
        .containsEntry("PGSSLMODE", "require")
        .containsEntry("PGDATABASE", "x");
  }

  @Test
  void partsThatAreMissingHaveLibpqsDefaults() {
    ServerAddress address = env("DATABASE_URL", "postgres://me:x@/");
    assertThat(address.host()).isEqualTo("localhost");
    assertThat(address.port()).isEqualTo(5432);
    assertThat(address.database()).isEqualTo("me");
    assertThat(env("DATABASE_URL", "postgresql://me@[::1]:6000/db?connect_timeout=3").label())
        .isEqualTo("[::1]:6000");
    assertThat(env("PGUSER", "someone").database()).isEqualTo("someone");
  }

  @Test
  void aPasswordIsTakenFromTheEnvironmentAndRefusedInAFlag() {
    ServerChoice choice = ServerChoice.parse("postgres://me@h/db", Map.of("PGPASSWORD", PASSWORD));
    assertThat(((ServerChoice.External) choice).address().password()).isEqualTo(PASSWORD);
    for (String url :
        new String[] {
          "postgres://me:hunter2@h/db",
          "postgresql://h/db?user=me&password=hunter2",
          "jdbc:postgresql://h/db?password=hunter2"
        }) {
      assertThatThrownBy(() -> ServerChoice.parse(url, Map.of()))
          .isInstanceOfSatisfying(
              EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
          .hasMessageContaining("password")
          .hasMessageNotContaining("hunter2");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://me:hunter2@h/db",
        "postgres://me:hunter2%zz@h/db",
        "postgres://me:hunter2@h:0/db",
        "postgres://me:hunter2@h:x/db",
        "postgres://me:hunter2@a,b/db",
        "postgres://me:hunter2@h/db?colour=red",
        "postgres://me:hunter2?x@h/db",
        "postgres://me:hunter2@%2Fvar%2Frun/db",
      })
  void whatCannotBeReadIsRefusedWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> env("DATABASE_URL", url))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void anEnvironmentWithoutAServerIsSaidSo() {
    assertThatThrownBy(() -> ServerChoice.parse("env", Map.of("PGPASSWORD", "x")))
        .hasMessageContaining("DATABASE_URL");
    assertThatThrownBy(() -> env("PGHOST", "/var/run/postgresql"))
        .hasMessageContaining("socket directory");
    assertThatThrownBy(() -> ServerChoice.parse("local", Map.of()))
        .hasMessageContaining("--pg cannot be 'local'");
  }

  private static ServerAddress env(String name, String value) {
    return ((ServerChoice.External) ServerChoice.parse("env", Map.of(name, value))).address();
  }
}
