package io.evalctl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.List;
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
        "postgres://me:hunter2@h:1,h:2,h:x/db",
        "postgres://me:hunter2@a,b/db?port=1,2,3",
        "postgres://me:hunter2@h/db?target_session_attrs=standby",
        "postgres://me:hunter2@h/db?sslcrl=x",
        "postgres://me:hunter2@h/db?sslrootcert=system",
        "postgres://me:hunter2@h/db?host=/var/run",
        "postgres://me:hunter2@h/db?hostaddr=10.0.0.1&sslmode=verify-full",
        "jdbc:postgresql://a,b/db",
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
  void libpqsParametersAndVariablesCount() {
    assertThat(env("DATABASE_URL", "postgresql:///db?host=h1&port=6000&user=me&sslmode=require"))
        .isEqualTo(new ServerAddress("h1", 6000, "db", "me", null, Map.of("sslmode", "require")));
    ServerChoice.External several =
        (ServerChoice.External)
            ServerChoice.parse(
                "postgresql://me@h1,h2:6001,[::1]/db?target_session_attrs=read-write",
                Map.of("PGPASSWORD", PASSWORD, "PGCONNECT_TIMEOUT", "3", "PGHOST", "other"));
    assertThat(several.address().label()).isEqualTo("h1:5432");
    assertThat(several.others())
        .extracting(ServerAddress::label)
        .containsExactly("h2:6001", "[::1]:5432");
    assertThat(several.others().get(1).password()).isEqualTo(PASSWORD);
    assertThat(several.address().parameters()).containsEntry("connectTimeout", "3");
    ServerChoice.External numbers =
        (ServerChoice.External)
            ServerChoice.parse(
                "env", Map.of("PGHOST", "a,b", "PGHOSTADDR", "10.0.0.1,", "PGUSER", "me"));
    assertThat(numbers.address().host()).isEqualTo("10.0.0.1");
    assertThat(numbers.others().get(0).host()).isEqualTo("b");
    for (String variable : List.of("PGSSLCRL", "PGREQUIREPEER", "PGSSLMINPROTOCOLVERSION")) {
      assertThatThrownBy(() -> ServerChoice.parse("env", Map.of("PGHOST", "h", variable, "x")))
          .hasMessageContaining(variable + " is set");
    }
    assertThatThrownBy(
            () ->
                ServerChoice.parse(
                    "env", Map.of("PGHOST", "h", "PGTARGETSESSIONATTRS", "read-only")))
        .hasMessageContaining("target_session_attrs=read-only");
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
