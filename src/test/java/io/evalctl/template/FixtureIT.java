package io.evalctl.template;

import static io.evalctl.template.TestSessions.query;
import static io.evalctl.template.TestSessions.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
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
                "select string_agg(coalesce(\"what; it is\", '-'), '|' order by id) from \"Odd"
                    + " \"\"name\"\" ü\""))
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
        insert into t select 8, 'last'\
        """);
    assertThat(query(lease, "select string_agg(s, '|' order by n) from t"))
        .isEqualTo("it's; here|back\\|A;|two's; |it's; off|{fn x} ? :y $1|x|last");
    assertThat(query(lease, "select one() || two() || three()")).isEqualTo("a;b23");
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() {
    wrong("select 1;\n\nselect\n  2 +;\n", "line 4: syntax error at end of input");
    wrong(
        "create table t (n int primary key);\n"
            + "insert into t values (1);\n"
            + "insert into t values (1);\n",
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

  @Test
  void whatPsqlUnderstandsAndTheDriverForbidsIsLoaded() throws IOException {
    Path latin = place.resolve("latin.sql");
    Files.write(
        latin,
        """
        create table words (n int, w text, d date);
        SET client_encoding = 'LATIN1';
        insert into words values (1, 'Grö\u00dfe');
        copy words (n, w) from stdin;
        2	d\u00e9j\u00e0
        \\.
        begin; set local client_encoding to win1252;
        insert into words values (3, '\u0080'); commit;
        insert into words values (4, 'caf\u00e9');
        select pg_catalog.set_config('client_encoding', 'SQL_ASCII', false);
        insert into words values (5, 'plain');
        set names 'latin1';
        insert into words values (6, '\u00fc');
        reset client_encoding;
        SET datestyle = "SQL, DMY";
        insert into words (n, d) values (7, '31/12/2026');
        set datestyle to postgres, mdy;
        insert into words (n, d) values (8, '12/31/2026');
        select set_config('datestyle', 'German', false);
        insert into words (n, d) values (9, '31.12.2026');
        copy words to stdout;
        copy (select * from words) to stdout with csv;
        """
            .getBytes(StandardCharsets.ISO_8859_1));
    lease.load(latin, soon());
    assertThat(query(lease, "select string_agg(w, '|' order by n) from words"))
        .isEqualTo("Größe|déjà|€|café|plain|ü");
    assertThat(query(lease, "select string_agg(d::text, '|') from words"))
        .isEqualTo("2026-12-31|2026-12-31|2026-12-31");

    Path sjis = place.resolve("sjis.sql");
    Files.write(
        sjis,
        "set client_encoding = sjis;\ninsert into words values (10, '表; 示');\n"
            .getBytes("windows-31j"));
    lease.load(sjis, soon());
    assertThat(query(lease, "select w from words where n = 10")).isEqualTo("表; 示");
  }

  @Test
  void otherFormsOfSqlAreReadAndOtherFormatsNamed() throws IOException {
    String sql = "create table %s (w text); insert into %<s values ('ü');\n";
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(sql.formatted("zipped").getBytes(StandardCharsets.UTF_8));
    }
    lease.load(bytes("f.sql.gz", packed.toByteArray()), soon());
    // With its mark, and as PowerShell redirects what pg_dump says of itself.
    lease.load(
        bytes(
            "wide.sql",
            ("\uFEFFset client_encoding = 'LATIN1';\n" + sql.formatted("wide"))
                .getBytes(StandardCharsets.UTF_16LE)),
        soon());
    lease.load(bytes("big.sql", sql.formatted("big").getBytes(StandardCharsets.UTF_16BE)), soon());
    assertThat(query(lease, "select (table zipped) || (table wide) || (table big)"))
        .isEqualTo("üüü");

    named(bytes("a", "PGDMP\1\16".getBytes(StandardCharsets.ISO_8859_1)), "custom-format dump");
    byte[] tar = new byte[1024];
    System.arraycopy("toc.dat".getBytes(StandardCharsets.US_ASCII), 0, tar, 0, 7);
    named(bytes("b", tar), "is a tar archive");
    named(bytes("c", HexFormat.of().parseHex("28b52ffd0000")), "compressed by zstd");
    named(bytes("d", HexFormat.of().parseHex("fd377a585a000000")), "compressed by xz");
    named(Files.createDirectories(place.resolve("dir")), "is a directory");
    wrong(
        "do $$ begin perform set_config('client_encoding', 'LATIN1', false); end $$;\n",
        "line 1: client_encoding or datestyle is set to what evalctl cannot follow");
  }

  @Test
  void aRoleThatIsThereAlreadyIsExplained() {
    server.run("create role evalctl_test_left");
    try {
      assertThatThrownBy(() -> load("create role evalctl_test_left;"))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.hint()).contains("a role belongs to the whole server"));
    } finally {
      server.run("drop role evalctl_test_left");
    }
  }

  private static Path bytes(String name, byte[] bytes) throws IOException {
    return Files.write(place.resolve(name), bytes);
  }

  private void named(Path file, String what) {
    assertThatThrownBy(() -> lease.load(file, soon()))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(what);
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
