package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorSchemaIT {
  @TempDir private Path directory;

  @Test
  void hasTheColumnsOfTheContract() throws SQLException {
    Path file = directory.resolve("a b?c.db");
    OperatorSchema.create(file);

    try (Connection connection = OperatorSchema.connect(file)) {
      assertThat(columns(connection, "tickets"))
          .containsExactly(
              ("id violation_key invariant_name store_id status held batch_key occurrence_count"
                      + " first_seen_at last_seen_at resolved_at message severity diagnosis"
                      + " metric_snapshot subject_context variant_model variant_system_prompt"
                      + " variant_tools_config created_at updated_at")
                  .split(" "));
      assertThat(columns(connection, "agent_sessions"))
          .containsExactly(
              "id session_id ticket_id status started_at ended_at outcome_summary".split(" "));
      assertThat(columns(connection, "agent_log_entries"))
          .containsExactly(
              ("id session_id entry_type content raw_content tool_name tool_params exit_code"
                      + " timestamp")
                  .split(" "));
      assertThat(one(connection, "PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(one(connection, "SELECT count(*) FROM tickets")).isEqualTo("0");
    }
    assertThat(directory.resolve("a b?c.db")).isRegularFile();
  }

  @Test
  void fillsAnEmptyFile() throws IOException {
    Path file = Files.createFile(directory.resolve("operator.db"));

    OperatorSchema.create(file);

    assertThat(file).isNotEmptyFile();
  }

  @Test
  void leavesWhatIsThereAlone() throws IOException {
    Path file = Files.writeString(directory.resolve("operator.db"), "mine");

    assertThatThrownBy(() -> OperatorSchema.create(file))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.FILE_UNWRITABLE))
        .hasMessage(file + " is there already");
    assertThat(file).hasContent("mine");
    assertThatThrownBy(() -> OperatorSchema.create(directory)).hasMessageContaining("already");
  }

  @Test
  void saysWhenThereIsNoSuchDirectory() {
    Path file = directory.resolve("missing").resolve("operator.db");

    assertThatThrownBy(() -> OperatorSchema.create(file))
        .isInstanceOfSatisfying(
            EvalctlException.class, error -> assertThat(error.hint()).contains("directory"))
        .hasMessageContaining("cannot make the operator database " + file);
  }

  private static List<String> columns(Connection connection, String table) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA table_info(" + table + ")")) {
      while (row.next()) {
        names.add(row.getString("name"));
      }
    }
    return names;
  }

  private static String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.getString(1);
    }
  }
}
