package io.evalctl.eval.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlScorerIT {
  @TempDir static Path directory;
  private static ScratchPostgres server;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = new ScratchPostgres(directory);
    server.execute(
        """
        create type mood as enum ('low', 'high');
        create table budget (id int primary key, resource text, amount numeric(10,2));
        insert into budget values (1, 'energy', 10.50), (2, 'water', 3.00), (3, 'energy', null);
        """);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // numbers compare by value, whatever their SQL type
        "select count(*) from budget                        | equals: 3              | true",
        "select count(*) from budget                        | equals: 3.0            | true",
        "select count(*) from budget                        | equals: '3'            | true",
        "select count(*) from budget                        | equals: 4              | false",
        "select amount from budget where id = 1             | equals: 10.5           | true",
        "select 0.1::float8                                 | equals: 0.1            | true",
        "select 0.1::float4                                 | equals: 0.1            | true",
        "select 'NaN'::float8                               | equals: NaN            | true",
        "select 12345678901234567890123.5::numeric          | equals: 12345678901234567890123.5 | true",
        "select '12'::text                                  | equals: 12             | true",
        "select '$1.50'::money                              | equals: $1.50          | true",
        // other types
        "select true                                        | equals: true           | true",
        "select true                                        | equals: 'true'         | false",
        "select amount from budget where id = 3             | equals: null           | true",
        "select amount from budget where id = 3             | equals: 0              | false",
        "select 'high'::mood                                | equals: high           | true",
        "select 'a '::char(3)                               | equals: 'a  '          | true",
        "select date '2026-11-20'                           | equals: 2026-11-20     | true",
        "select timestamptz '2026-11-20 12:00+02'           | equals: '2026-11-20 10:00:00+00' | true",
        "select timestamp '2026-11-20 12:00:00.5'           | equals: '2026-11-20 12:00:00.5' | true",
        "select interval '90 minutes'                       | equals: '01:30:00'     | true",
        "select '\\xdead'::bytea                            | equals: '\\xdead'      | true",
        "select B'1'                                        | equals: '1'            | true",
        "select B'101'                                      | equals: '101'          | true",
        "select '{\"b\":[1.0],\"a\":null}'::jsonb           | equals: {a: null, b: [1]} | true",
        "select array[1,2,null]                             | equals: [1, 2, null]   | true",
        "select array[[1,2],[3,4]]                          | equals: [[1,2],[3,4]]  | true",
        "select array['x','y z']                            | equals: [x, y z]       | true",
        "select '{}'::int[]                                 | equals: []             | true",
        // rows
        "select id from budget                              | equals: [3, 1, 2]      | true",
        "select id from budget order by id                  | equals: [3, 1, 2], ordered: true | false",
        "select id from budget order by id                  | equals: [1, 2, 3], ordered: true | true",
        "select id from budget                              | equals: [1, 2]         | false",
        "select id from budget                              | equals: [1, 2, 2]      | false",
        "select id, resource from budget where id < 3       | equals: [[2, water], [1, energy]] | true",
        "select id, resource from budget where id = 1       | equals: [1, energy]    | true",
        "select id, resource from budget where id = 1       | equals: {resource: energy, id: 1} | true",
        "select id, resource from budget where id = 1       | equals: {resource: energy} | false",
        "select id, resource from budget where id < 3       | equals: [{id: 1, resource: energy}, {id: 2, resource: water}] | true",
        "select id from budget where id = 9                 | equals: []             | true",
        "select id from budget where id = 9                 | equals: null           | false",
        "select id from budget                              | equals: 1              | false",
        "select id from budget                              | rows: 3                | true",
        "select id from budget;                             | rows: 3                | true",
        "select id from budget                              | rows: 2                | false",
        "select generate_series(1, 250000)                  | rows: 250000           | true",
        // the same rows as another query
        "select id from budget                              | sameAs: select id::numeric from budget order by 1 desc | true",
        "select resource from budget                        | sameAs: \"values ('energy'), ('water')\"    | false",
        "select resource from budget                        | sameAs: \"values ('energy'), ('energy'), ('water')\" | true",
        "select resource from budget                        | sameAs: \"values ('energy'), ('water'), ('water')\" | false",
        "select id from budget                              | sameAs: \"values ('1'), ('2'), ('3')\"      | false",
        "select id, id from budget                          | sameAs: select id from budget              | false",
        "select id from budget order by id                  | sameAs: select id from budget order by id desc, ordered: true | false",
        "select null::int                                   | sameAs: select null::text                  | true",
        "select jsonb_build_object('a', 1) where '{\"a\":1}'::jsonb ? 'a' | rows: 1 | true",
      })
  void comparesSensibly(String query, String check, boolean passed) {
    assertThat(score(query, check).passed()).isEqualTo(passed);
  }

  @Test
  void saysWhatItFound() {
    assertThat(score("select id, amount from budget where id = 1", "equals: 2").reason())
        .isEqualTo("the query gives [1,10.50], expected 2");
    assertThat(score("select id from budget where false", "equals: 2").reason())
        .isEqualTo("the query gives no row, expected 2");
    assertThat(score("select id from budget", "sameAs: 'values (1), (2), (4)'").reason())
        .isEqualTo("the query lacks the row 4");
  }

  @Test
  void theCaseMayHoldTheWantedValue() throws IOException {
    Scorer scorer = Scorers.of("{type: sql, query: select count(*) from budget}");

    assertThat(
            scorer.score(SampleEvidence.ofText("", Json.read("3")).with(server::connect)).passed())
        .isTrue();
  }

  @Test
  void itOnlyReads() throws SQLException {
    assertThatThrownBy(() -> score("delete from budget returning id", "rows: 3"))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SCORER_FAILED);
              assertThat(e.hint()).isEqualTo("a scorer only reads");
            });
    assertThat(score("select * from budget", "rows: 3").passed()).isTrue();
  }

  @Test
  void aQueryThatFailsIsAnErrorAndNoScore() {
    assertThatThrownBy(() -> score("select * from bugdet", "rows: 0"))
        .hasMessageContaining("scorer sql of case sample")
        .hasMessageContaining("relation \"bugdet\" does not exist");
    assertThatThrownBy(() -> score("selec 1", "rows: 0")).hasMessageContaining("syntax error");
    assertThatThrownBy(() -> score("set work_mem = '1MB'", "rows: 0"))
        .isInstanceOf(EvalctlException.class);
  }

  @Test
  void aQueryThatTakesTooLongIsEnded() {
    assertThatThrownBy(() -> score("select pg_sleep(60)", "rows: 1, timeout: 50ms"))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e).hasMessageContaining("statement timeout");
              assertThat(e.hint()).contains("longer timeout");
            });
  }

  @Test
  void aLockThatTheTaskLeftDoesNotHoldItForGood() throws SQLException {
    try (Connection locking = server.connect();
        Statement statement = locking.createStatement()) {
      locking.setAutoCommit(false);
      statement.execute("lock table budget in access exclusive mode");

      assertThatThrownBy(() -> score("select * from budget", "rows: 3, timeout: 50ms"))
          .hasMessageContaining("statement timeout");
    }
  }

  @Test
  void tooManyRowsToCompareAreAnError() {
    assertThatThrownBy(() -> score("select generate_series(1, 100001)", "equals: 1"))
        .hasMessageContaining("more than 100000 rows");
  }

  @Test
  void noConnectionStaysOpen() throws SQLException {
    score("select 1", "equals: 1");
    assertThatThrownBy(() -> score("select * from bugdet", "rows: 0"));

    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet open =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where backend_type = 'client backend'"
                    + " and pid <> pg_backend_pid() and state like '%transaction%'")) {
      open.next();
      assertThat(open.getInt(1)).isZero();
    }
  }

  private static Score score(String query, String check) {
    String quoted = "'" + query.replace("'", "''") + "'";
    return Scorers.of("{type: sql, query: " + quoted + ", " + check + "}")
        .score(SampleEvidence.ofText("").with(server::connect));
  }
}
