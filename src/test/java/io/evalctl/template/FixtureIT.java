package io.evalctl.template;

import static io.evalctl.template.TestSessions.query;
import static io.evalctl.template.TestSessions.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL files of all kinds, loaded into clones. */
class FixtureIT {
  @TempDir static Path place;
  private static TestServer server;
  private static TestSessions sessions;
  private static TemplateDatabase database;
  private CloneLease lease;

  @BeforeAll
  static void start() {
    server = TestServer.embedded(place);
    sessions = new TestSessions(new ServerChoice.External(server.administrator()), place);
    database = sessions.open(false, 1);
  }

  @BeforeEach
  void lease() {
    lease = database.lease(TestSessions.colony(), soon());
  }

  @AfterEach
  void giveBack() {
    lease.close();
  }

  @AfterAll
  static void stop() {
    database.close();
    assertThat(server.databases()).isEmpty();
    server.close();
  }

  @Test
  void whatPgDumpWritesIsLoaded() {
    load(
        """
        --
        -- PostgreSQL database dump
        --

        \\restrict kq4TrQ9

        SET statement_timeout = 0;
        SET client_encoding = 'UTF8';
        SET standard_conforming_strings = on;
        SELECT pg_catalog.set_config('search_path', '', false);

        CREATE TABLE public."Odd ""name"" ü" (
            id integer NOT NULL,
            "what; it is" text
        );

        COPY public."Odd ""name"" ü" (id, "what; it is") FROM stdin;
        1	plain; 'quoted' -- no comment
        2	\\\\. is no end \\t \\N
        3	\\N
        4	Größe
        \\.

        COPY colony.resource (name, unit) FROM stdin;
        \\.

        ALTER TABLE ONLY public."Odd ""name"" ü"
            ADD CONSTRAINT p PRIMARY KEY (id);

        \\unrestrict kq4TrQ9
        """);
    assertThat(
            query(
                lease,
                "select string_agg(coalesce(\"what; it is\", '-'), '|' order by id) from \"Odd \"\"name\"\" ü\""))
        .isEqualTo("plain; 'quoted' -- no comment|\\. is no end \t N|-|Größe");
  }

  @Test
  void statementsEndWherePsqlEndsThem() {
    load(
        """
        \uFEFF/* outer /* inner; */ still; */
        create function one() returns text language sql as $$ select 'a;b'; $$;
        create function two() returns int language plpgsql as $body$
        begin
          return (select 2); -- $$ not the end; '
        end $body$;
        create function three() returns int language sql
        begin atomic
          select case when true then 3 else 0 end;
        end;
        create table t (n int, s text);
        create rule two_things as on delete to t do also (select 1; select 2);
        insert into t values (1, E'it\\'s; here'), (2, 'back\\'), (3, U&'\\0041;'), (4, 'two''s; ');
        set standard_conforming_strings = off;
        insert into t values (5, 'it\\'s; off');
        set standard_conforming_strings = on;
        insert into t values (6, '{fn x} ? :y $1');;
        begin; insert into t values (7, 'x'); commit;
        vacuum t;
        insert into t select 8, 'last'""");
    assertThat(query(lease, "select string_agg(s, '|' order by n) from t"))
        .isEqualTo("it's; here|back\\|A;|two's; |it's; off|{fn x} ? :y $1|x|last");
    assertThat(query(lease, "select one() || two() || three()")).isEqualTo("a;b23");
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() {
    wrong("select 1;\n\nselect\n  2 +;\n", "line 4: syntax error at end of input");
    wrong(
        "create table t (n int primary key);\ninsert into t values (1);\ninsert into t values (1);\n",
        "line 3: duplicate key");
    wrong("select 1;\n\\copy t from 'x'\n", "line 2: the psql command \\copy");
    wrong("\\connect other\n", "line 1: the psql command \\connect");
    wrong("select 1 \\gexec\n", "line 1: a backslash outside of a string");
    wrong("select 1;\nselect 'never\nended;\n", "line 2: a string without an end");
    wrong("select $x$ a $y$;\n", "line 1: a dollar-quoted string without an end");
    wrong("/* /* */ select 1;\n", "line 1: a comment without an end");
    wrong(
        "create table c (n int);\ncopy c from stdin;\n1\n2\n",
        "line 3: the data of the COPY before it has no end");
    wrong(
        "create table d (n int);\ncopy d from stdin;\n1\ntwo\n3\n\\.\n",
        "line 4: invalid input syntax for type integer");
    wrong("copy nowhere from stdin;\n1\n\\.\n", "nowhere");
    wrong("begin;\nselect 1;\n", "line 2: the script ends inside a transaction");
    assertThatThrownBy(() -> lease.load(place.resolve("missing.sql"), soon()))
        .hasMessageContaining("there is no SQL file");
  }

  @Test
  void aLargeFixtureIsStreamedAndItsLastErrorFound() throws IOException {
    Path file = place.resolve("large ü's.sql");
    String row = "x".repeat(1000);
    int rows = 100_000;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("create table big (n int, s text);\ncopy big from stdin;\n");
      for (int i = 0; i < rows; i++) {
        out.write(i + "\t" + row + "\n");
      }
      out.write("\\.\n");
    }
    assertThat(Files.size(file)).isGreaterThan(100_000_000L);
    lease.load(file, soon());
    assertThat(query(lease, "select count(*) from big")).isEqualTo(Integer.toString(rows));
    Files.writeString(file, "selekt 1;\n", java.nio.file.StandardOpenOption.APPEND);
    try (CloneLease second = database.lease(TestSessions.colony(), soon())) {
      assertThatThrownBy(() -> second.load(file, soon()))
          .hasMessageContaining(
              "large ü's.sql, line " + (rows + 4) + ": syntax error at or near \"selekt\"");
    }
  }

  @Test
  void aFixtureThatTakesTooLongIsEnded() {
    Path file = sessions.file("slow.sql", "select pg_sleep(600);");
    assertThatThrownBy(
            () -> lease.load(file, Deadline.in(Duration.ofSeconds(1), TestSessions.TIME)))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
        .hasMessageContaining("slow.sql");
  }

  @Test
  void aTemplateOfManyMegabytesIsCloned() {
    TemplateSpec spec =
        new TemplateSpec(
            sessions.migrations(
                "V1__bulk.sql",
                "create table bulk as select n, repeat(md5(n::text), 30) as s from"
                    + " generate_series(1, 210000) n; create index on bulk (n);"),
            List.of(),
            null,
            null,
            null,
            List.of());
    try (TemplateDatabase large = sessions.open(false, 0);
        CloneLease clone = large.lease(spec, soon())) {
      assertThat(Long.parseLong(query(clone, "select pg_database_size(current_database())")))
          .isGreaterThan(200L << 20);
      assertThat(query(clone, "select count(*) from bulk")).isEqualTo("210000");
    }
  }

  private void load(String sql) {
    lease.load(sessions.file("fixture.sql", sql), soon());
  }

  private void wrong(String sql, String why) {
    Path file = sessions.file("wrong.sql", sql);
    assertThatThrownBy(() -> lease.load(file, soon()))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FIXTURE_FAILED))
        .hasMessageContaining("wrong.sql")
        .hasMessageContaining(why);
  }
}
