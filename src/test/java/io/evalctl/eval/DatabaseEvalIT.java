package io.evalctl.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on an embedded server, by the built jar; every case on a database of its own. */
class DatabaseEvalIT {
  @TempDir static Path cache;
  @TempDir Path directory;
  private Scratch scratch;

  @BeforeEach
  void freshWorld() {
    scratch = new Scratch(directory, cache);
    write(
        "migrations/V1__budget.sql",
        "create table budget(resource text primary key, amount int not null);");
    write("migrations/V2__energy.sql", "insert into budget values ('energy', 3);");
    write("more.sql", "insert into budget values ('water', 4);\n");
  }

  @AfterEach
  void nothingIsLeft() {
    List<String> remains = scratch.remains();
    scratch.end();
    assertThat(remains).isEmpty();
  }

  @Test
  void eachCaseHasItsOwnDatabaseAndItsFixture() {
    write(
        "data.yaml",
        """
        name: data
        task: exec
        exec: [sh, -c, 'cat > /dev/null; echo "$PGDATABASE"']
        database: {migrations: migrations}
        scorers:
          - {type: regex, pattern: '^evalctl_db_'}
        cases:
          - name: bare
            scorers: [{type: sql, query: 'select sum(amount) from budget', equals: 3}]
          - name: filled
            fixture: more.sql
            scorers:
              - {type: sql, query: 'select sum(amount) from budget', equals: 7}
              - type: any
                of:
                  - {type: sql, query: 'table budget', rows: 9}
                  - {type: sql, query: 'table budget order by 1', equals: [[energy, 3], [water, 4]]}
              - {type: exec, command: [sh, -c, 'test -n "$PGDATABASE"']}
        """);
    Running run = scratch.run("eval", "data.yaml", "--model", "none", "--epochs", "2", "--json");

    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    JsonNode eval = run.json().path("evalRuns").path(0);
    assertThat(eval.path("environment").path("postgres").path("kind").asText())
        .isEqualTo("embedded");
    assertThat(
            scratch.query(
                "select distinct json_extract(output_json, '$.output') from eval_samples"))
        .as("no two samples share a database")
        .hasSize(4);
    assertThat(scratch.query("select count(*) from eval_samples where clone_ms > 0"))
        .containsExactly("4");

    rescoreJudgesByTheRowsThatWereKept();
  }

  private void rescoreJudgesByTheRowsThatWereKept() {
    rewrite("equals: 3", "equals: 4", "[water, 4]", "[water, 5]");
    Running again = scratch.run("results", "rescore", "eval:1");
    assertThat(again.err())
        .contains(
            "4 samples are judged otherwise",
            "2 scores are not judged again and stay as before",
            "\n  exec of case filled, epoch 1\n  exec of case filled, epoch 2");
    assertThat(
            scratch.query(
                "select distinct case_name || ' ' || scorer || ' ' || s.passed from eval_scores s"
                    + " join eval_samples e on e.id = sample_id where scorer <> 'regex'"
                    + " order by case_name, s.id"))
        .containsExactly("bare sql 0", "filled sql 1", "filled any 0", "filled exec 1");

    rewrite("equals: 4", "equals: 3", "rows: 9", "rows: 2", "select sum(", "select max(");
    again = scratch.run("results", "rescore", "eval:1");
    assertThat(again.err())
        .contains(
            "2 samples are judged otherwise", "6 scores are not", "sql of case bare, epoch 1");
    asAnOlderEvalctlStored();
    again = scratch.run("results", "rescore", "eval:1");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).as("an older store").contains("0 samples are", "8 scores are not");
  }

  private void asAnOlderEvalctlStored() {
    try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + scratch.resultsStore());
        Statement statement = store.createStatement()) {
      statement.executeUpdate(
          "update eval_samples set output_json = json_remove(output_json, '$.queries')");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void rewrite(String... pairs) {
    try {
      String text = Files.readString(directory.resolve("data.yaml"));
      for (int i = 0; i < pairs.length; i += 2) {
        text = text.replace(pairs[i], pairs[i + 1]);
      }
      write("data.yaml", text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aMigrationThatFailsEndsTheRunAndIsNamed() {
    write("migrations/V3__wrong.sql", "create tabel oops();");
    write("data.yaml", dataset("[]"));
    Running run = scratch.run("eval", "data.yaml", "--model", "none");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.errors()).singleElement().asString().contains("V3__wrong.sql");
    assertThat(scratch.query("select count(*) from eval_samples")).containsExactly("0");
    assertThat(scratch.query("select status from eval_runs")).containsExactly("interrupted");
  }

  @Test
  void aFixtureThatFailsIsThatCasesError() {
    write("broken.sql", "insert into budget values ('air', 1);\ninsert into nowhere values (1);\n");
    write(
        "data.yaml",
        """
        name: data
        task: exec
        exec: [sh, -c, 'cat > /dev/null; echo done']
        database: {migrations: migrations}
        scorers: [{type: exact}]
        cases:
          - {name: broken, fixture: broken.sql, expected: done}
          - {name: fine, expected: done}
        """);
    Running run = scratch.run("eval", "data.yaml", "--model", "none");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(scratch.query("select case_name || ' ' || status from eval_samples order by id"))
        .containsExactly("broken error", "fine finished");
    assertThat(scratch.query("select error_message from eval_samples where case_name = 'broken'"))
        .singleElement()
        .asString()
        .contains("broken.sql", "2", "nowhere");
    assertThat(run.out()).contains("1/2 = 50%");
  }

  @Test
  void agentsThatMisbehaveLeaveNothing() {
    write(
        "agent.sh",
        """
        cat > /dev/null
        case $EVALCTL_RUN_CASE in
          daemons) (setsid sh -c 'sleep 301 & sleep 302' > /dev/null 2>&1 &) ; echo done ;;
          garbage) printf '\\377\\000\\033[2J\\ndone' ;;
          flood) head -c 20000000 /dev/zero ;;
          deaf) exec 1>&- ; sleep 0.1 ;;
          stubborn) echo done ; trap '' TERM ; setsid sleep 303 & while :; do sleep 304; done ;;
        esac
        """);
    write(
        "data.yaml",
        """
        name: data
        task: exec
        exec: [sh, agent.sh]
        database: {migrations: migrations}
        limits: {time: 3s}
        scorers:
          - {type: includes, value: done}
          - {type: sql, query: 'select count(*) from budget', equals: 1}
        cases: [{name: daemons}, {name: garbage}, {name: flood}, {name: deaf}, {name: stubborn}]
        """);
    Running run = scratch.run("eval", "data.yaml", "--model", "none");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(
            scratch.query(
                "select case_name || ' ' || status || ' ' || passed || ifnull(' ' || error_message,"
                    + " '') from eval_samples order by id"))
        .containsExactly(
            "daemons finished 1",
            "garbage finished 1",
            "flood error 0 sh printed more than 16 MiB",
            "deaf finished 0",
            "stubborn limit 1 the time limit ended it");
    assertThat(run.err()).as("control characters").doesNotContain("\033", "\0");
    assertThat(run.out()).contains("3/5 = 60%");
  }

  @Test
  void aKilledRunLeavesNothingThatHealDoesNotEnd() {
    write("data.yaml", dataset("[sh, -c, 'touch started; sleep 300']"));
    Running killed = scratch.start("eval", "data.yaml", "--model", "none");
    Scratch.await("the agent", () -> Files.exists(directory.resolve("started")));
    killed.kill();

    Running heal = scratch.run("heal");
    assertThat(heal.exitCode()).as(heal.err()).isZero();
    assertThat(heal.out()).contains("ended what eval");
    Running clean = scratch.run("template", "clean", "--force");
    assertThat(clean.exitCode()).as(clean.err()).isZero();
  }

  private static String dataset(String exec) {
    return """
    name: data
    task: exec
    exec: %s
    database: {migrations: migrations}
    scorers: [{type: finished}]
    cases: [{name: one}]
    """
        .formatted(exec.equals("[]") ? "[sh, -c, 'echo done']" : exec);
  }

  private void write(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
