package io.evalctl.rlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlFunctionIT {
  @TempDir static Path directory;
  private static Postgres postgres;

  private Database database;
  private SqlFunction function;

  @BeforeAll
  static void start() throws Exception {
    postgres = new Postgres(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void connect() throws Exception {
    database = postgres.database("sql_function");
    function = open(RlmLimits.DEFAULT);
  }

  @AfterEach
  void disconnect() {
    function.close();
  }

  @Test
  void rowsAreObjectsInTheKindsOfJson() {
    assertThat(
            text(
                """
                ["select 1::int2 as a, 12345678901::int8 as b, 1.50::numeric as c, 0.1::float4 as d,
                  true as e, null::int as f, 'x' as g, '{\\"k\\": [1.0, null]}'::jsonb as h,
                  array[1,null]::int[] as i, array[['a'],['b']]::text[] as j,
                  'NaN'::float8 as k, 'NaN'::numeric as l, '\\\\x00ff'::bytea as m"]"""))
        .isEqualTo(
            "[{\"a\":1,\"b\":12345678901,\"c\":1.50,\"d\":0.1,\"e\":true,\"f\":null,\"g\":\"x\","
                + "\"h\":{\"k\":[1.0,null]},\"i\":[1,null],\"j\":[[\"a\"],[\"b\"]],"
                + "\"k\":\"NaN\",\"l\":\"NaN\",\"m\":\"\\\\x00ff\"}]");
  }

  @Test
  void timesAreIsoInUtcHoweverOftenTheyAreAskedFor() {
    String query =
        """
        ["select '2025-03-30 02:30+02'::timestamptz as a, '2025-03-30 00:00'::timestamp as b,
          '2025-03-30'::date as c, '10:00:01.5'::time as d, '2025-01-01 00:00:00.25+00'::timestamptz as e,
          'infinity'::date as f, '-infinity'::timestamptz as g, '1 day 2 hours'::interval as h,
          array['2025-03-30 00:00+00'::timestamptz] as i where 1 = ?", [1]]""";
    for (int i = 0; i < 8; i++) {
      // the driver changes to binary answers after some of the same
      assertThat(text(query))
          .isEqualTo(
              "[{\"a\":\"2025-03-30T00:30:00+00:00\",\"b\":\"2025-03-30T00:00:00\","
                  + "\"c\":\"2025-03-30\",\"d\":\"10:00:01.5\","
                  + "\"e\":\"2025-01-01T00:00:00.250000+00:00\",\"f\":\"infinity\","
                  + "\"g\":\"-infinity\",\"h\":\"1 day 02:00:00\","
                  + "\"i\":\"{\\\"2025-03-30 00:00:00+00\\\"}\"}]");
    }
  }

  @Test
  void parametersTakeTheKindOfWhatStandsBesideThem() {
    text("[\"create table t (id int, day date, x numeric, tags text[], doc jsonb, ok bool)\"]");
    assertThat(
            text(
                """
                ["insert into t values (?, ?, ?, ?, ?, ?)",
                  [7, "2025-03-30", 1.25, ["a b", "c\\"d", null], {"k": 1}, false]]"""))
        .isEqualTo("[{\"rowcount\":1}]");
    assertThat(
            text(
                """
                ["select *, id + ? as later from t where day > ? and id = any(?) and doc @> ?",
                  [1, "2025-01-01", [7, 8], {"k": 1}]]"""))
        .isEqualTo(
            "[{\"id\":7,\"day\":\"2025-03-30\",\"x\":1.25,\"tags\":[\"a b\",\"c\\\"d\",null],"
                + "\"doc\":{\"k\":1},\"ok\":false,\"later\":8}]");
    assertThat(text("[\"select doc ? 'k' as has from t\"]")).isEqualTo("[{\"has\":true}]");
    assertThat(text("[\"select id from t where x is not distinct from ?\", [null]]"))
        .isEqualTo("[]");
  }

  @Test
  void theLastOfSeveralStatementsCounts() {
    assertThat(text("[\"create table t (a int); insert into t values (1), (2)\"]"))
        .isEqualTo("[{\"rowcount\":2}]");
    assertThat(text("[\"select 1 as a; select 2 as b\"]")).isEqualTo("[{\"b\":2}]");
    assertThat(text("[\"create table u (a int)\"]")).isEqualTo("[{\"rowcount\":0}]");
  }

  @Test
  void aTransactionSpansCallsAndIsGoneWhenTheQueryEnds() {
    text("[\"create table t (a int)\"]");
    text("[\"begin\"]");
    text("[\"insert into t values (1)\"]");
    assertThat(text("[\"select count(*) as n from t\"]")).isEqualTo("[{\"n\":1}]");
    function.close();
    assertThat(text("[\"select count(*) as n from t\"]")).isEqualTo("[{\"n\":0}]");
  }

  @Test
  void moreRowsThanTheLimitAreAnErrorAndNoShortAnswer() {
    assertThat(call("[\"select g from generate_series(1, 1000) g\"]")).hasSize(1000);
    assertThatThrownBy(() -> call("[\"select g from generate_series(1, 1001) g\"]"))
        .hasMessageContaining("more than 1000 rows");
    assertThatThrownBy(
            () -> call("[\"select repeat('x', 100000) as x from generate_series(1, 50) g\"]"))
        .hasMessageContaining("more than 4000000 characters");
    assertThatThrownBy(() -> call("[\"select 1 as a, 2 as a\"]")).hasMessageContaining("named 'a'");
  }

  @Test
  void aSlowStatementIsEndedAndTheNextOneWorks() {
    function.close();
    function =
        open(
            new RlmLimits(
                1,
                Duration.ofSeconds(60),
                null,
                null,
                null,
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                10,
                1000));
    assertThatThrownBy(() -> call("[\"select pg_sleep(60)\"]"))
        .hasMessageContaining("SQLSTATE 57014");
    text("[\"set statement_timeout = 0\"]");
    assertThatThrownBy(() -> call("[\"select pg_sleep(60)\"]"))
        .hasMessageContaining("SQLSTATE 57014");
    assertThat(text("[\"select 1 as a\"]")).isEqualTo("[{\"a\":1}]");
  }

  @Test
  void aWrongStatementSaysWhatIsWrong() {
    assertThatThrownBy(() -> call("[\"select * from nowhere\"]"))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("relation \"nowhere\" does not exist")
        .hasMessageContaining("42P01");
    assertThatThrownBy(() -> call("[\"select ?\", {\"a\": 1}]"))
        .hasMessageContaining("call it as sql(");
    assertThatThrownBy(() -> call("[]")).hasMessageContaining("call it as sql(");
  }

  @Test
  void anEndedSessionIsReplaced() throws Exception {
    String pid = text("[\"select pg_backend_pid() as pid\"]").replaceAll("\\D", "");
    Postgres.run(postgres.superuser(), "select pg_terminate_backend(" + pid + ")");
    assertThatThrownBy(() -> call("[\"select 1\"]")).hasMessageContaining("SQLSTATE");
    assertThat(text("[\"select 1 as a\"]")).isEqualTo("[{\"a\":1}]");
  }

  @Test
  void aRoleThatReachesFilesIsRefused() throws Exception {
    assertThatThrownBy(() -> open(postgres::superuser))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
        .hasMessageContaining("'postgres' is too strong");
    Postgres.run(postgres.superuser(), "grant pg_read_server_files to model");
    try {
      assertThatThrownBy(() -> open(database)).hasMessageContaining("'model' is too strong");
    } finally {
      Postgres.run(postgres.superuser(), "revoke pg_read_server_files from model");
    }
    assertThatThrownBy(() -> call("[\"copy (select 1) to program 'true'\"]"))
        .hasMessageContaining("42501");
    assertThatThrownBy(() -> call("[\"select pg_read_file('/etc/hostname')\"]"))
        .hasMessageContaining("42501");
  }

  private SqlFunction open(RlmLimits limits) {
    return SqlFunction.open(database, limits, Deadline.in(limits.time(), TimeSource.system()));
  }

  private static SqlFunction open(Database strong) {
    return SqlFunction.open(
        strong, RlmLimits.DEFAULT, Deadline.in(Duration.ofMinutes(1), TimeSource.system()));
  }

  private JsonNode call(String arguments) {
    try {
      return function.call(Json.read(arguments.replace("\n", " ")));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private String text(String arguments) {
    return Json.text(call(arguments));
  }
}
