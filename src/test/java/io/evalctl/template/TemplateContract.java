package io.evalctl.template;

import static io.evalctl.template.TestSessions.query;
import static io.evalctl.template.TestSessions.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sessions do on any server. */
abstract class TemplateContract {
  @TempDir Path directory;
  TestSessions sessions;

  abstract TestServer server();

  @BeforeEach
  void prepare() {
    sessions = new TestSessions(new ServerChoice.External(server().administrator()), directory);
  }

  @AfterEach
  void nothingIsLeft() {
    List<String> left = server().databases();
    for (String name : left) {
      // So that one failure does not become many.
      server()
          .run(
              "alter database " + Sql.name(name) + " is_template false",
              "drop database " + Sql.name(name) + " with (force)");
    }
    assertThat(left).isEmpty();
    assertThat(sessions.notes()).isEmpty();
  }

  @Test
  void clonesKnowNothingOfEachOther() {
    try (TemplateDatabase database = sessions.open();
        CloneLease first = database.lease(TestSessions.colony(), soon());
        CloneLease second = database.lease(TestSessions.colony(), soon())) {
      assertThat(first.name()).startsWith("evalctl_db_test_run_").isNotEqualTo(second.name());
      TestSessions.run(first, "delete from colony.person where person_id <= 20");
      assertThat(query(first, "select colony.head_count()")).isEqualTo("100");
      assertThat(query(second, "select colony.head_count()")).isEqualTo("120");
      assertThat(query(second, "select name from colony.sector where code = 'CC07'"))
          .isEqualTo("Réacteur; nord");
      assertThat(database.facts().versionNumber()).isGreaterThanOrEqualTo(130000);
    }
    assertThat(sessions.heard).hasSize(2).element(0).asString().startsWith("building evalctl_tpl_");
  }

  @Test
  void aClosedLeaseTakesOpenConnectionsWithIt() throws Exception {
    try (TemplateDatabase database = sessions.open(false, 0)) {
      CloneLease lease = database.lease(TestSessions.colony(), soon());
      try (Connection left = lease.connect()) {
        lease.close();
        Scratch.await("the clone's end", () -> !server().databases().contains(lease.name()));
        assertThat(left.isValid(5)).isFalse();
      }
    }
  }

  @Test
  void theEnvironmentLeadsToTheClone() {
    try (TemplateDatabase database = sessions.open();
        CloneLease lease = database.lease(TestSessions.colony(), soon())) {
      ServerChoice.External again =
          (ServerChoice.External) ServerChoice.parse("env", lease.environment());
      assertThat(again.address().database()).isEqualTo(lease.name());
      assertThat(again.address().password()).isEqualTo(server().administrator().password());
      Map<String, String> variables = new java.util.HashMap<>(lease.environment());
      variables.remove("DATABASE_URL");
      assertThat(((ServerChoice.External) ServerChoice.parse("env", variables)).address())
          .isEqualTo(again.address());
      assertThat(lease.jdbcUrl()).startsWith("jdbc:postgresql://").contains(lease.name());
    }
  }

  @Test
  void oneBuildsWhoeverAsks() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    TemplateDatabase first = sessions.open(false, 0);
    try (TemplateDatabase second = sessions.open(false, 0);
        TemplateDatabase other = sessions.open(false, 0)) {
      TemplateSpec different =
          TemplateSpec.of(sessions.migrations("V1__a.sql", "create table a (n int);"));
      List<Future<CloneLease>> leases =
          threads.invokeAll(
              List.<Callable<CloneLease>>of(
                  () -> first.lease(TestSessions.colony(), soon()),
                  () -> second.lease(TestSessions.colony(), soon()),
                  () -> other.lease(different, soon())));
      assertThat(query(leases.get(0).get(), "select colony.head_count()")).isEqualTo("120");
      assertThat(query(leases.get(1).get(), "select colony.head_count()")).isEqualTo("120");
      assertThat(query(leases.get(2).get(), "select count(*) from a")).isEqualTo("0");
      assertThat(sessions.count("built")).isEqualTo(2);
      assertThat(sessions.count("reused")).isEqualTo(1);
      leases.get(0).get().close();
      first.close();
      // The others go on, with what the first one may have built.
      try (CloneLease more = second.lease(TestSessions.colony(), soon())) {
        assertThat(query(more, "select colony.head_count()")).isEqualTo("120");
      }
      assertThat(sessions.count("dropFailed")).isZero();
    } finally {
      first.close();
      threads.shutdownNow();
    }
  }

  @Test
  void aKeptTemplateIsReusedUntilSomethingChanges() throws Exception {
    Path migrations = sessions.migrations("V1__a.sql", "create table a (n int);");
    for (int round = 0; round < 2; round++) {
      try (TemplateDatabase database = sessions.open(true, 1);
          CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
        assertThat(query(lease, "select count(*) from a")).isEqualTo("0");
      }
      assertThat(server().databases()).hasSize(1);
    }
    assertThat(sessions.count("built")).isEqualTo(1);
    assertThat(sessions.count("reused")).isEqualTo(1);
    Files.writeString(migrations.resolve("V1__a.sql"), "create table a (n int, m int);");
    try (TemplateDatabase database = sessions.open(false, 1);
        CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
      assertThat(query(lease, "select count(m) from a")).isEqualTo("0");
    }
    try (OrphanSweep sweep = sessions.sweep()) {
      assertThat(sweep.list()).hasSize(1);
      Leftover kept = sweep.list().get(0);
      assertThat(kept.state()).isEqualTo(Leftover.State.KEPT);
      assertThat(kept.key()).hasSize(64);
      assertThat(kept.sizeBytes()).isPositive();
      assertThat(sweep.drop(kept, false)).isEmpty();
    }
  }

  @Test
  void aFailingMigrationIsNamedAndNothingIsLeft() throws Exception {
    Path migrations =
        sessions.migrations(
            "V1__fine.sql",
            "create table a (n int);",
            "V2__bad_one.sql",
            "insert into a values (1);\ninsert into b values (1);\n");
    try (TemplateDatabase database = sessions.open()) {
      assertThatThrownBy(() -> database.lease(TemplateSpec.of(migrations), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.MIGRATION_FAILED);
                assertThat(e.getMessage())
                    .contains("V2__bad_one.sql")
                    .contains("relation \"b\" does not exist")
                    .contains("Line: 2")
                    .doesNotContain(server().administrator().password());
              });
      assertThat(server().databases()).isEmpty();
      Files.writeString(migrations.resolve("V2__bad_one.sql"), "insert into a values (1);");
      try (CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
        assertThat(query(lease, "select count(*) from a")).isEqualTo("1");
      }
    }
  }

  @Test
  void migrationSetsThatAreNoneAreRefused() {
    try (TemplateDatabase database = sessions.open()) {
      refused(database, sessions.migrations(), "there is no migration");
      refused(
          database,
          sessions.migrations("V1__a.sql", "select 1;", "V01__b.sql", "select 1;"),
          "more than one migration with version");
      refused(database, sessions.migrations("V1_a.sql", "select 1;"), "V1_a.sql");
      refused(
          database,
          sessions.migrations("V1__a.sql", "insert into t values ('${nobody}');"),
          "nobody");
      // An empty file changes nothing, which is allowed.
      try (CloneLease lease =
          database.lease(TemplateSpec.of(sessions.migrations("V1__nothing.sql", "")), soon())) {
        assertThat(query(lease, "select count(*) from flyway_schema_history")).isEqualTo("1");
      }
      assertThatThrownBy(
              () -> database.lease(TemplateSpec.of(directory.resolve("nowhere")), soon()))
          .hasMessageContaining("there is no migration directory");
    }
  }

  @Test
  void aMigrationThatNeverEndsIsEnded() {
    Path migrations = sessions.migrations("V1__sleep.sql", "select pg_sleep(600);");
    try (TemplateDatabase database = sessions.open()) {
      TemplateSpec spec =
          new TemplateSpec(migrations, List.of(), null, Duration.ofSeconds(2), null, List.of());
      assertThatThrownBy(() -> database.lease(spec, soon()))
          .hasMessageContaining("did not end within 2.0s");
      assertThat(server().databases()).isEmpty();
    }
  }

  @Test
  void anInterruptEndsABuild() throws Exception {
    Path migrations = sessions.migrations("V1__sleep.sql", "select pg_sleep(600);");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (TemplateDatabase database = sessions.open()) {
      Future<CloneLease> lease =
          thread.submit(() -> database.lease(TemplateSpec.of(migrations), soon()));
      Scratch.await("the build", () -> !server().databases().isEmpty());
      thread.shutdownNow();
      assertThatThrownBy(lease::get)
          .cause()
          .isInstanceOfSatisfying(
              EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
      assertThat(server().databases()).isEmpty();
    }
  }

  @Test
  void seedAndExtensionsGoIntoTheTemplate() {
    Path migrations = sessions.migrations("V1__a.sql", "create table a (h hstore);");
    Path seed = sessions.file("seed.sql", "insert into a values ('k=>v');");
    try (TemplateDatabase database = sessions.open()) {
      try (CloneLease lease =
          database.lease(
              new TemplateSpec(migrations, List.of(), null, null, seed, List.of("hstore")),
              soon())) {
        assertThat(query(lease, "select h->'k' from a")).isEqualTo("v");
      }
      TemplateSpec unknown =
          new TemplateSpec(migrations, List.of(), null, null, null, List.of("no\"such"));
      assertThatThrownBy(() -> database.lease(unknown, soon()))
          .hasMessageContaining("extension 'no\"such' cannot be created");
      Path wrong = sessions.file("wrong.sql", "insert into a values ('k=>v');\n\nselect 1 +;\n");
      TemplateSpec badSeed =
          new TemplateSpec(migrations, List.of(), null, null, wrong, List.of("hstore"));
      assertThatThrownBy(() -> database.lease(badSeed, soon()))
          .hasMessageContaining("the seed failed: ")
          .hasMessageContaining("wrong.sql, line 3: syntax error");
    }
  }

  @Test
  void aCloneHasTheSettingsRightsOwnerAndLimitOfTheMigratedDatabase() {
    Path migrations =
        sessions.migrations(
            "V1__app.sql",
            """
            create role evalctl_test_owner;
            create role evalctl_test_reader;
            grant evalctl_test_owner to current_user;
            create schema app;
            create table app.days (d date, at timestamptz);
            do $do$
            declare one text;
            begin
              foreach one in array array[
                'alter database %I set search_path to app, "My ""odd, Schema", public',
                'alter database %I set timezone to ''Europe/Paris''',
                'alter database %I set datestyle to ''SQL, DMY''',
                'alter database %I set "shop.tenant" to ''it''''s "100%%"; \\ y''',
                'alter role evalctl_test_reader in database %I set work_mem to ''7MB''',
                'revoke all on database %I from public',
                'grant connect on database %I to evalctl_test_reader with grant option',
                'grant temporary on database %I to evalctl_test_reader',
                'alter database %I connection limit 17',
                'alter database %I owner to evalctl_test_owner']
              loop
                execute format(one, current_database());
              end loop;
            end $do$;
            """);
    Path seed =
        sessions.file(
            "seed.sql",
            """
            do $$ begin
              execute format(
                'alter database %I set statement_timeout to ''90s''', current_database());
            end $$;
            insert into days values ('31/12/2026', '2026-01-01 12:00');
            """);
    TemplateSpec spec = new TemplateSpec(migrations, List.of(), null, null, seed, List.of());
    try {
      for (int round = 0; round < 2; round++) {
        // The second session finds the template and has to look at it itself.
        try (TemplateDatabase database = sessions.open(round == 0, 1);
            CloneLease lease = database.lease(spec, soon())) {
          assertThat(
                  query(
                      lease,
                      """
                      select concat_ws(E'\\n', pg_get_userbyid(datdba), datconnlimit, datacl,
                        (select string_agg(setrole::regrole || ' ' || setconfig::text, E'\\n'
                                           order by setrole)
                         from pg_db_role_setting where setdatabase = d.oid))
                      from pg_database d where datname = current_database()
                      """))
              .isEqualTo(
                  """
                  evalctl_test_owner
                  17
                  {evalctl_test_owner=CTc/evalctl_test_owner,evalctl_test_reader=Tc*/evalctl_test_owner}
                  - {"search_path=app, \\"My \\"\\"odd, Schema\\", public",TimeZone=Europe/Paris,"DateStyle=SQL, DMY","shop.tenant=it's \\"100%\\"; \\\\ y",statement_timeout=90s}
                  evalctl_test_reader {work_mem=7MB}\
                  """);
          // As psql sees them, although the driver names a zone and a style of its own.
          lease.load(
              sessions.file("f.sql", "insert into days values ('30/12/2026', '2026-01-01 12:00');"),
              soon());
          assertThat(query(lease, "show timezone")).isEqualTo("Europe/Paris");
          assertThat(
                  query(
                      lease, "select string_agg(at at time zone 'UTC' || ' ' || d, '|') from days"))
              .isEqualTo("2026-01-01 11:00:00 2026-12-31|2026-01-01 11:00:00 2026-12-30");
          assertThat(query(lease, "select count(*) from days where d = '31/12/2026'"))
              .isEqualTo("1");
        }
      }
    } finally {
      try (OrphanSweep sweep = sessions.sweep()) {
        sweep.list().forEach(left -> sweep.drop(left, false));
      }
      server().run("drop role evalctl_test_owner, evalctl_test_reader");
    }
  }

  @Test
  void whatCannotBeAnalyzedIsToldAndDoneWithout() {
    Path migrations =
        sessions.migrations(
            "V1__norm.sql",
            """
            create function picky(n int) returns int language plpgsql immutable as $$
              begin
                if current_query() ilike 'analyze%' then raise exception 'not now'; end if;
                return n;
              end $$;
            create table fine (n int);
            create table people (n int);
            create index on people (picky(n));
            create table broken (n int);
            do $$ begin
              if current_setting('server_version_num')::int >= 140000 then
                create statistics s on (picky(n)), n from broken;
              else
                create index on broken ((1 / n));
              end if;
              insert into fine select generate_series(1, 50);
              insert into people select generate_series(1, 50);
              insert into broken select generate_series(1, 50);
            end $$;
            create extension postgres_fdw;
            create server gone foreign data wrapper postgres_fdw
              options (host '127.0.0.1', port '1');
            create user mapping for current_user server gone options (user 'a', password 'b');
            create table far (n int) partition by range (n);
            create foreign table far_1 partition of far for values from (0) to (9) server gone;
            """,
            "V2__s.sql",
            "create subscription evalctl_test_s connection 'host=127.0.0.1 port=1'"
                + " publication p with (connect = false);");
    try (TemplateDatabase database = sessions.open();
        CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
      assertThat(
              query(
                  lease,
                  "select string_agg(distinct tablename, ',') from pg_stats"
                      + " where tablename in ('fine', 'people')"))
          .isEqualTo("fine,people");
      assertThat(sessions.heard)
          .anySatisfy(
              line ->
                  assertThat(line)
                      .startsWith("warning the template has no planner statistics of")
                      .contains("expressions of indexes on public.people")
                      .contains("table public.far")
                      .contains("(ERROR: not now)"))
          .contains("warning no clone has subscription evalctl_test_s: it is of one database");
    }
  }

  @Test
  void anyProgramCanMigrate() {
    try (TemplateDatabase database = sessions.open()) {
      try (CloneLease lease = database.lease(program("create"), soon())) {
        assertThat(query(lease, "select n from made")).isEqualTo("7");
      }
      assertThatThrownBy(() -> database.lease(program("fail"), soon()))
          .hasMessageContaining("ended with 3: the moon is in the way");
      TemplateSpec slow =
          new TemplateSpec(
              null,
              program("hang").migrationCommand(),
              null,
              Duration.ofSeconds(3),
              null,
              List.of());
      assertThatThrownBy(() -> database.lease(slow, soon()))
          .hasMessageContaining("did not end within 3.0s");
      assertThatThrownBy(
              () ->
                  database.lease(
                      new TemplateSpec(
                          null, List.of("evalctl-no-such-program"), null, null, null, List.of()),
                      soon()))
          .hasMessageContaining("evalctl-no-such-program");
    }
  }

  @Test
  void aDumpAsAMigrationAndPlaceholdersWork() throws Exception {
    Path migrations =
        sessions.migrations(
            "V1__baseline.sql",
            """
            --
            \\restrict k3Jx9

            SET client_encoding = 'UTF8';
            SELECT pg_catalog.set_config('search_path', '', false);
            CREATE TABLE public.t (id integer NOT NULL, note text);
            COPY public.t (id, note) FROM stdin;
            1	a;b
            2	it's
            \\.

            \\unrestrict k3Jx9
            """,
            "V2__more.sql",
            "insert into t values (3, '${tenant}');",
            "R__view.sql",
            "create view v as select '${tenant}' as w;");
    Files.createDirectories(migrations.resolve("deeper"));
    Files.writeString(migrations.resolve("deeper/V3__x.sql"), "create table deeper (n int);");
    try (TemplateDatabase database = sessions.open()) {
      try (CloneLease lease =
          database.lease(withPlaceholders(migrations, Map.of("tenant", "acme")), soon())) {
        assertThat(query(lease, "select string_agg(note, '|' order by id) from t"))
            .isEqualTo("a;b|it's|acme");
        assertThat(query(lease, "select w || count(n) from v left join deeper on true group by w"))
            .isEqualTo("acme0");
      }
      try (CloneLease lease = database.lease(withPlaceholders(migrations, null), soon())) {
        assertThat(query(lease, "table v")).isEqualTo("${tenant}");
      }
      assertThatThrownBy(
              () -> database.lease(withPlaceholders(migrations, Map.of("a", "b")), soon()))
          .hasMessageContaining("placeholder: ${tenant}")
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.hint()).contains("database: {placeholders: {tenant: ...}}"));
      Files.writeString(migrations.resolve("V4__c.sql"), "set client_encoding = 'LATIN1';");
      assertThatThrownBy(
              () -> database.lease(withPlaceholders(migrations, Map.of("tenant", "x")), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.MIGRATION_FAILED);
                assertThat(e.hint()).contains("pg_dump --encoding=UTF8");
              });
      for (String name : List.of("V4__c.sql", "beforeMigrate.sql")) {
        Files.writeString(migrations.resolve(name), "select 'é';", StandardCharsets.ISO_8859_1);
        assertThat(hint(database, migrations)).as(name).contains("pg_dump --encoding=UTF8");
        Files.delete(migrations.resolve(name));
      }
      Files.writeString(
          migrations.resolve("V4__c.sql"), "SET lock_timeout = 0; CREATE DATABASE other;");
      assertThat(hint(database, migrations)).contains("dump without --create");
    }
  }

  private static String hint(TemplateDatabase database, Path migrations) {
    return catchThrowableOfType(
            EvalctlException.class,
            () -> database.lease(withPlaceholders(migrations, Map.of("tenant", "x")), soon()))
        .hint();
  }

  @Test
  void aBuildThatFailedLeavesNothingEvenWhereAMigrationMadeItATemplate() throws Exception {
    Path migrations =
        sessions.migrations(
            "V1__a.sql",
            "do $$ begin execute format('alter database %I is_template true', current_database());"
                + " end $$;",
            "V2__b.sql",
            "select broken;");
    try (TemplateDatabase database = sessions.open()) {
      assertThat(hint(database, migrations)).contains("nothing of the template is left");
      assertThat(sessions.count("dropFailed")).isZero();
    }
  }

  private static TemplateSpec withPlaceholders(Path migrations, Map<String, String> placeholders) {
    return new TemplateSpec(
        migrations, placeholders, List.of(), List.of(), null, null, null, List.of());
  }

  @Test
  void aProgramsTemplateIsKeptWhenItsInputsAreKnown() throws Exception {
    Path input = sessions.file("schema.rb", "one");
    for (String content : List.of("one", "one", "two")) {
      Files.writeString(input, content);
      try (TemplateDatabase database = sessions.open(true, 0)) {
        database.lease(program(List.of(input)), soon()).close();
      }
    }
    assertThat(sessions.count("built")).isEqualTo(2);
    assertThat(sessions.count("reused")).isEqualTo(1);
    assertThat(sessions.count("warning")).isZero();
    try (TemplateDatabase database = sessions.open(true, 0)) {
      database.lease(program(List.of()), soon()).close();
    }
    assertThat(sessions.heard)
        .anySatisfy(
            line -> assertThat(line).startsWith("warning --keep-template keeps no template here"));
    try (OrphanSweep sweep = sessions.sweep()) {
      sweep.list().forEach(left -> sweep.drop(left, false));
    }
  }

  private static TemplateSpec program(List<Path> inputs) {
    TemplateSpec spec = program("create");
    return new TemplateSpec(
        null,
        Map.of(),
        spec.migrationCommand(),
        inputs,
        null,
        spec.migrationTimeout(),
        null,
        List.of());
  }

  @Test
  void aRoleThatIsThereAlreadyIsExplained() {
    server().run("create role evalctl_test_left");
    try (TemplateDatabase database = sessions.open()) {
      Path migrations = sessions.migrations("V1__r.sql", "create role evalctl_test_left;");
      assertThatThrownBy(() -> database.lease(TemplateSpec.of(migrations), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.hint()).contains("a role belongs to the whole server"));
    } finally {
      server().run("drop role evalctl_test_left");
    }
  }

  @Test
  void aDropThatFailsIsReportedAndSweptLater() {
    CloneLease lease;
    try (TemplateDatabase database = sessions.open(false, 0)) {
      lease = database.lease(TestSessions.colony(), soon());
      server().run("alter database " + Sql.name(lease.name()) + " is_template true");
      lease.close();
    }
    assertThat(sessions.count("dropFailed " + lease.name())).isPositive();
    assertThat(server().databases()).containsExactly(lease.name());
    try (OrphanSweep sweep = sessions.sweep()) {
      assertThat(sweep.list().get(0).state()).isEqualTo(Leftover.State.ABANDONED);
      assertThat(sweep.drop(sweep.list().get(0), false)).isEmpty();
    }
  }

  @Test
  void aDropThatFailsAtFirstIsTriedAgain() {
    try (TemplateDatabase database = sessions.open(false, 0)) {
      CloneLease lease = database.lease(TestSessions.colony(), soon());
      server().run("alter database " + Sql.name(lease.name()) + " is_template true");
      lease.close();
      server().run("alter database " + Sql.name(lease.name()) + " is_template false");
      Scratch.await("the clone's end", () -> !server().databases().contains(lease.name()));
    }
  }

  @Test
  void connectionsThatAreCutBetweenTwoClonesGoUnnoticed() {
    try (TemplateDatabase database = sessions.open(false, 0)) {
      for (int i = 0; i < 3; i++) {
        database.lease(TestSessions.colony(), soon()).close();
        server().cutConnections();
      }
      database.lease(TestSessions.colony(), soon()).close();
    }
    assertThat(server().databases()).isEmpty();
    assertThat(sessions.notes()).isEmpty();
    assertThat(sessions.count("dropFailed")).isZero();
  }

  @Test
  void databasesOfOthersAreNeverTouched() {
    try (TemplateDatabase database = sessions.open(true, 0)) {
      database.lease(TestSessions.colony(), soon()).close();
    }
    String template = server().databases().get(0);
    try (OrphanSweep sweep = sessions.sweep()) {
      assertThat(sweep.drop(template(sweep), false)).isEmpty();
    }
    String forged = "evalctl_build_x";
    server()
        .run(
            "create database evalctl_db_mine",
            "create database \"evalctlXdbX1\"",
            "create database " + forged,
            "comment on database " + forged + " is '{\"tool\":\"evalctl\"}'",
            "create database " + Sql.name(template));
    try (TemplateDatabase again = sessions.open()) {
      assertThatThrownBy(() -> again.lease(TestSessions.colony(), soon()))
          .hasMessageContaining(template)
          .hasMessageContaining("none of evalctl's");
    }
    try (OrphanSweep sweep = sessions.sweep()) {
      List<Leftover> found = sweep.list();
      assertThat(found).extracting(Leftover::name).doesNotContain("evalctlXdbX1").hasSize(3);
      for (Leftover foreign : found) {
        assertThat(foreign.state()).isEqualTo(Leftover.State.FOREIGN);
        assertThat(foreign.droppable(true)).isFalse();
        assertThat(sweep.drop(foreign, true)).isPresent();
      }
    }
    assertThat(server().databases()).hasSize(4);
    server()
        .run(
            "drop database evalctl_db_mine",
            "drop database \"evalctlXdbX1\"",
            "drop database " + forged,
            "drop database " + Sql.name(template));
  }

  @Test
  void aTemplateInUseStaysUnlessAskedForAndIsBuiltAgain() {
    try (TemplateDatabase database = sessions.open(false, 0);
        OrphanSweep sweep = sessions.sweep()) {
      database.lease(TestSessions.colony(), soon()).close();
      Leftover template = template(sweep);
      assertThat(template.state()).isEqualTo(Leftover.State.IN_USE);
      assertThat(sweep.drop(template, false)).isPresent();
      assertThat(sweep.drop(template, true)).isEmpty();
      try (CloneLease lease = database.lease(TestSessions.colony(), soon())) {
        assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
        assertThat(sessions.count("built")).isEqualTo(2);
        assertThat(sweep.list())
            .allSatisfy(found -> assertThat(found.state()).isEqualTo(Leftover.State.IN_USE));
        assertThat(sweep.drop(clone(sweep, lease.name()), true)).isPresent();
      }
    }
  }

  @Test
  void aTemplateThatWasNotSealedIsBuiltAgain() {
    try (TemplateDatabase database = sessions.open(true, 0)) {
      database.lease(TestSessions.colony(), soon()).close();
    }
    String template = server().databases().get(0);
    server()
        .run(
            "alter database "
                + Sql.name(template)
                + " with is_template false allow_connections true");
    try (TemplateDatabase database = sessions.open(false, 0);
        CloneLease lease = database.lease(TestSessions.colony(), soon())) {
      assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
      assertThat(sessions.count("built")).isEqualTo(2);
    }
  }

  @Test
  void whatAKilledSessionHasLeftIsFound() throws Exception {
    try (KilledSession killed =
        KilledSession.start(server().administrator(), sessions.state(), "lease")) {
      String clone = killed.awaitLine();
      // One lives, one is killed: only one of them loses its clones.
      try (TemplateDatabase living = sessions.open(false, 1);
          CloneLease lease = living.lease(TestSessions.colony(), soon());
          OrphanSweep sweep = sessions.sweep()) {
        assertThat(clone(sweep, clone).state()).isEqualTo(Leftover.State.IN_USE);
        killed.kill();
        Scratch.await(
            "the lock of the dead", () -> clone(sweep, clone).state() == Leftover.State.ABANDONED);
        assertThat(template(sweep).state()).isEqualTo(Leftover.State.IN_USE);
        for (Leftover found : sweep.list()) {
          if (found.droppable(false)) {
            assertThat(sweep.drop(found, false)).isEmpty();
          }
        }
        assertThat(server().databases()).doesNotContain(clone).contains(lease.name());
        assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
      }
    }
  }

  @Test
  void aBuildThatWasKilledIsFoundByTheNextSession() throws Exception {
    try (KilledSession killed =
        KilledSession.start(server().administrator(), sessions.state(), "build")) {
      Scratch.await("the build", () -> !server().databases().isEmpty());
      killed.kill();
      try (TemplateDatabase next = sessions.open(false, 0);
          OrphanSweep sweep = sessions.sweep()) {
        // The server may be at the dead one's migration for a while.
        server()
            .run(
                "select pg_terminate_backend(pid) from pg_stat_activity where query like '%zzz%'"
                    + " and pid <> pg_backend_pid()");
        Scratch.await(
            "the dead session to be seen",
            () ->
                sweep.list().stream().allMatch(found -> found.state() == Leftover.State.ABANDONED));
        next.lease(TestSessions.colony(), soon()).close();
        Scratch.await(
            "the dead build's end",
            () -> server().databases().stream().noneMatch(name -> name.contains("_build_")));
      }
    }
  }

  @Test
  void aDatabaseWithoutItsCommentIsOursByOurNotes() {
    IntentLog log;
    try (OrphanSweep sweep = sessions.sweep()) {
      String identity = ExternalServer.connect(server().administrator()).identity();
      log = IntentLog.create(sessions.state(), "dead_1", identity);
      log.creating("evalctl_db_dead_1_1");
      server().run("create database evalctl_db_dead_1_1", "create database evalctl_db_dead_1_2");
      assertThat(sweep.list())
          .extracting(Leftover::state)
          .containsExactly(Leftover.State.ABANDONED, Leftover.State.FOREIGN);
      assertThat(sweep.drop(sweep.list().get(0), false)).isEmpty();
      assertThat(sessions.notes()).isEmpty();
      assertThat(server().databases()).containsExactly("evalctl_db_dead_1_2");
    }
    server().run("drop database evalctl_db_dead_1_2");
  }

  /** PostgreSQL marks it so, and then takes no ALTER DATABASE for it. */
  @Test
  void aDropThatWasCutShortIsFinished() {
    String name = "evalctl_db_dead_1_1";
    try (OrphanSweep sweep = sessions.sweep()) {
      String identity = ExternalServer.connect(server().administrator()).identity();
      IntentLog.create(sessions.state(), "dead_1", identity).creating(name);
      server()
          .run(
              "create database " + name,
              "update pg_database set datconnlimit = -2 where datname = '" + name + "'");
      assertThat(sweep.drop(clone(sweep, name), false)).isEmpty();
    }
  }

  @Test
  void awkwardRolesAndPasswordsWork() {
    String role = "Ev\"al %s Ünï";
    String password = "p@ss:w/o%rd ü'\\&?#+";
    server()
        .run(
            "create role " + Sql.name(role) + " login createdb password " + Sql.text(password),
            "create role evalctl_test_poor login password 'poor'",
            "create role evalctl_test_reader login createdb password 'r'",
            "alter role evalctl_test_reader set default_transaction_read_only = on",
            "create role \"evalctl_test_o'b\" login createdb password 'o'");
    try {
      ServerAddress address = server().as(role, password);
      ServerChoice choice =
          ServerChoice.parse("env", Map.of("DATABASE_URL", address.databaseUrl("postgres")));
      TestSessions awkward = new TestSessions(choice, directory);
      try (TemplateDatabase database = awkward.open();
          CloneLease lease = database.lease(TestSessions.colony(), soon())) {
        assertThat(query(lease, "select current_user")).isEqualTo(role);
        assertThat(lease.databaseUrl()).doesNotContain(password).contains("p%40ss%3Aw%2Fo%25rd");
      }
      assertRefused(server().as("evalctl_test_poor", "poor"), "may not create databases");
      assertRefused(server().as("evalctl_test_reader", "r"), "default_transaction_read_only");
      assertRefused(server().as("evalctl_test_o'b", "o"), "its name holds a quote");
      assertRefused(server().as(role, "wrong"), "check user");
      assertRefused(server().as("evalctl_nobody", "x"), "check user");
    } finally {
      server()
          .run(
              "drop role " + Sql.name(role),
              "drop role evalctl_test_poor, evalctl_test_reader, \"evalctl_test_o'b\"");
    }
  }

  @Test
  void theFirstOfSeveralHostsThatServesIsTaken() {
    ServerAddress real = server().administrator();
    ServerAddress dead = new ServerAddress("127.0.0.1", 1, "postgres", "me", "secret", Map.of());
    TestSessions several =
        new TestSessions(new ServerChoice.External(dead, List.of(real)), directory);
    try (TemplateDatabase database = several.open();
        CloneLease lease = database.lease(TestSessions.colony(), soon())) {
      assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
    }
    TestSessions none = new TestSessions(new ServerChoice.External(dead, List.of(dead)), directory);
    try (TemplateDatabase database = none.open()) {
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .hasMessageStartingWith("none of the hosts serves: ")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void aServerThatIsNotThereIsSaidSo() {
    ServerAddress nowhere = new ServerAddress("127.0.0.1", 1, "postgres", "me", "secret", Map.of());
    TestSessions lost = new TestSessions(new ServerChoice.External(nowhere), directory);
    try (TemplateDatabase database = lost.open()) {
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_UNREACHABLE))
          .hasMessageContaining("127.0.0.1:1")
          .hasMessageNotContaining("secret");
    }
  }

  private void assertRefused(ServerAddress address, String why) {
    try (TemplateDatabase database =
        new TestSessions(new ServerChoice.External(address), directory).open()) {
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_REFUSED);
                assertThat(e.getMessage() + e.hint()).contains(why);
              });
    }
  }

  static Leftover template(OrphanSweep sweep) {
    return sweep.list().stream()
        .filter(found -> found.kind() == Leftover.Kind.TEMPLATE)
        .findFirst()
        .orElseThrow();
  }

  static Leftover clone(OrphanSweep sweep, String name) {
    return sweep.list().stream()
        .filter(found -> found.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void refused(TemplateDatabase database, Path migrations, String why) {
    assertThatThrownBy(() -> database.lease(TemplateSpec.of(migrations), soon()))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MIGRATION_FAILED))
        .hasMessageContaining(why);
  }

  private static TemplateSpec program(String what) {
    return new TemplateSpec(
        null,
        List.of(
            Running.java().toString(),
            "-cp",
            System.getProperty("java.class.path"),
            SmallMigrator.class.getName(),
            what),
        null,
        Duration.ofMinutes(1),
        null,
        List.of());
  }
}
