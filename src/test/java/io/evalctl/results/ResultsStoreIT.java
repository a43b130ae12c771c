package io.evalctl.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsStoreIT {
  private static final Instant AT = Instant.parse("2026-11-20T20:12:03.123456Z");

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("sub/eval.db");
  }

  @Test
  void keepsWhatItWasGiven() {
    CampaignRow stored;
    try (ResultsStore store = ResultsStore.open(file)) {
      stored = store.campaigns().insert(List.of(campaign())).get(0);
      long trial =
          store
              .trials()
              .finish(
                  trial(stored.id(), 1, 1),
                  List.of(new TrialEvent(AT, 5, "onset", Json.object().put("a", 1))),
                  null);
      assertThat(store.trials().events(trial))
          .containsExactly(new TrialEvent(AT, 5, "onset", Json.object().put("a", 1)));
    }
    try (ResultsStore store = ResultsStore.open(file)) {
      assertThat(store.campaigns().list()).containsExactly(stored);
      assertThat(store.trials().ofCampaign(stored.id()))
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("id")
          .containsExactly(trial(stored.id(), 1, 1));
    }
  }

  @Test
  void validTrialsAreCountedCampaignByCampaign() {
    try (ResultsStore store = ResultsStore.open(file)) {
      long first = store.campaigns().insert(List.of(campaign())).get(0).id();
      long second = store.campaigns().insert(List.of(campaign())).get(0).id();
      store.campaigns().insert(List.of(campaign()));
      store.trials().finish(trial(first, 1, 1, "invalid"), List.of(), null);
      store.trials().finish(trial(first, 1, 2), List.of(), null);
      store.trials().finish(trial(first, 2, 1, null), List.of(), null);
      store.trials().finish(trial(second, 1, 1), List.of(), null);

      assertThat(store.trials().validCounts()).isEqualTo(Map.of(first, 2, second, 1));
    }
  }

  @Test
  void thePublishedColumnsComeFirstInOrderAndTimesAreAsPublished() throws SQLException {
    try (ResultsStore store = ResultsStore.open(file)) {
      CampaignRow row = store.campaigns().insert(List.of(campaign())).get(0);
      store.trials().finish(trial(row.id(), 1, 1), List.of(), null);
    }
    assertThat(query("select group_concat(name) from pragma_table_info('campaigns') where cid < 6"))
        .isEqualTo("id,subject_name,chaos_type,trial_count,baseline,created_at");
    assertThat(query("select group_concat(name) from pragma_table_info('trials') where cid < 11"))
        .isEqualTo(
            "id,campaign_id,started_at,chaos_injected_at,ticket_created_at,resolved_at,ended_at,"
                + "initial_state,final_state,chaos_metadata,commands_json");
    assertThat(query("select started_at from trials"))
        .isEqualTo("2026-11-20T20:12:03.123456+00:00");
    assertThat(query("pragma journal_mode")).isEqualTo("wal");
    assertThat(query("select count(*) from sqlite_schema where name = 'idx_trials_campaign'"))
        .isEqualTo("1");
  }

  @Test
  void aTrialAndItsEventsAreStoredTogetherOrNotAtAll() {
    try (ResultsStore store = ResultsStore.open(file)) {
      CampaignRow row = store.campaigns().insert(List.of(campaign())).get(0);
      store.trials().finish(trial(row.id(), 1, 1), List.of(), null);
      TrialEvent broken = new TrialEvent(AT, 1, null, Json.object());

      assertThatThrownBy(() -> store.trials().finish(trial(row.id(), 2, 1), List.of(broken), null))
          .isInstanceOf(EvalctlException.class);
      assertThatThrownBy(() -> store.trials().finish(trial(row.id(), 1, 1), List.of(), null))
          .describedAs("the same trial twice")
          .isInstanceOf(EvalctlException.class);

      assertThat(store.trials().ofCampaign(row.id())).hasSize(1);
    }
  }

  @Test
  void theJournalTellsWhatIsStillInPlace() {
    try (ResultsStore store = ResultsStore.open(file)) {
      CampaignRow row = store.campaigns().insert(List.of(campaign())).get(0);
      ChaosJournalTable journal = store.journal();
      long first = journal.intend(row.id(), "zookeeper", "/home", "node-kill", "{}", AT);
      long second = journal.intend(row.id(), "zookeeper", "/home", "latency", "{}", AT);
      journal.injected(first, "{\"pid\":1}", AT);
      journal.undone(second, AT, null);

      assertThat(journal.open()).extracting(JournalRow::id).containsExactly(first);
      assertThat(journal.open().get(0).metadataJson()).isEqualTo("{\"pid\":1}");
      assertThat(journal.open().get(0).owner().dead()).isFalse();

      journal.undoFailed(first, "no way");
      assertThat(journal.open()).extracting(JournalRow::state).containsExactly("undo-failed");
    }
  }

  @Test
  void twoMayShareAFile() {
    try (ResultsStore one = ResultsStore.open(file);
        ResultsStore other = ResultsStore.open(file)) {
      for (int i = 0; i < 20; i++) {
        one.campaigns().insert(List.of(campaign()));
        other.campaigns().insert(List.of(campaign()));
      }
      assertThat(one.campaigns().list()).hasSize(40);
    }
  }

  @Test
  void refusesWhatIsNoDatabaseAndLeavesItAlone() throws IOException {
    refused("this is a text, and a long enough one to be read", ErrorCode.RESULTS_FOREIGN);
    refused("x", ErrorCode.RESULTS_FOREIGN);
  }

  @Test
  void refusesAnotherProgramsDatabaseAndLeavesItAlone() throws Exception {
    Files.createDirectories(file.getParent());
    execute("create table notes(id integer)");
    assertRefused(ErrorCode.RESULTS_FOREIGN);
  }

  /** The moment between Flyway's own table and the first migration of another evalctl. */
  @Test
  void aStoreThatIsJustBeingMadeIsOurs() throws Exception {
    Files.createDirectories(file.getParent());
    execute(
        "create table flyway_schema_history (installed_rank int not null primary key, version"
            + " varchar(50), description varchar(200) not null, type varchar(20) not null, script"
            + " varchar(1000) not null, checksum int, installed_by varchar(100) not null,"
            + " installed_on text not null default (strftime('%Y-%m-%d %H:%M:%f','now')),"
            + " execution_time int not null, success boolean not null)");
    try (ResultsStore store = ResultsStore.open(file)) {
      assertThat(store.campaigns().list()).isEmpty();
    }
  }

  @Test
  void refusesANewerSchemaAndLeavesItAlone() throws Exception {
    ResultsStore.open(file).close();
    execute("pragma user_version = 99");
    assertRefused(ErrorCode.RESULTS_NEWER);
  }

  @Test
  void refusesACorruptStoreAndLeavesItAlone() throws Exception {
    try (ResultsStore store = ResultsStore.open(file)) {
      List<CampaignRow> rows = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        rows.add(campaign());
      }
      store.campaigns().insert(rows);
    }
    byte[] bytes = Files.readAllBytes(file);
    java.util.Arrays.fill(bytes, 8192, bytes.length - 4096, (byte) 0x5a);
    Files.write(file, bytes);
    assertRefused(ErrorCode.RESULTS_CORRUPT);
  }

  @Test
  void anEmptyFileIsANewStore() throws IOException {
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    try (ResultsStore store = ResultsStore.open(file)) {
      assertThat(store.campaigns().list()).isEmpty();
    }
  }

  @Test
  void refusesAPlaceThatIsADirectory() throws IOException {
    Files.createDirectories(file);
    assertThatThrownBy(() -> ResultsStore.open(file))
        .isInstanceOf(EvalctlException.class)
        .extracting(e -> ((EvalctlException) e).code().kind().exitCode())
        .isEqualTo(4);
  }

  private void refused(String content, ErrorCode code) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    assertRefused(code);
  }

  private void assertRefused(ErrorCode code) throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> ResultsStore.open(file))
        .isInstanceOf(EvalctlException.class)
        .extracting(e -> ((EvalctlException) e).code())
        .isEqualTo(code);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.getString(1);
    }
  }

  private static CampaignRow campaign() {
    return new CampaignRow(
        0,
        "zookeeper",
        "node-kill",
        10,
        false,
        AT,
        null,
        "run",
        7,
        "runbook",
        null,
        RunStatus.RUNNING,
        null,
        "{}",
        "{}",
        "{}",
        ProcessOwner.self());
  }

  private static TrialRow trial(long campaign, int ordinal, int attempt) {
    return trial(campaign, ordinal, attempt, "healed");
  }

  private static TrialRow trial(long campaign, int ordinal, int attempt, String outcome) {
    return new TrialRow(
        0, campaign, AT, AT, null, null, AT, "{}", "{}", "{}", "[]", ordinal, attempt, "agent", 3,
        "zk1", outcome, "agent", 1L, AT, AT, AT, 10L, 20L, 30L, 40L, "{}", "{}", "{}", "[]", null,
        null);
  }
}
