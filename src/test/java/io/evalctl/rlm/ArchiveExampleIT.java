package io.evalctl.rlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.evalctl.clock.TimeSource;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled example: what its script answers is what its documents and tables say. */
class ArchiveExampleIT {
  private static final Path EXAMPLE = Path.of("src/main/resources/io/evalctl/examples/archive");

  @TempDir Path directory;

  @Test
  void theScriptSolvesEveryCaseAndTheRecordingAnswersItAgain() throws Exception {
    assumeTrue(PlainPython.isThere(), "there is no python3 on the PATH");
    Path record = directory.resolve("recording.jsonl");
    List<JsonNode> answers = new ArrayList<>();
    try (Postgres postgres = new Postgres(directory.resolve("postgres"))) {
      for (boolean replay : new boolean[] {false, true}) {
        LlmSettings settings =
            new LlmSettings(
                Map.of(),
                EXAMPLE.toAbsolutePath(),
                null,
                replay ? null : record,
                replay ? record : null);
        try (ChatModels models =
            new ChatModels(settings, TimeSource.system(), new Random(1), CallListener.NONE)) {
          answers.add(solve(models, postgres));
        }
      }
    }
    assertThat(answers.get(1)).isEqualTo(answers.get(0));
  }

  private JsonNode solve(ChatModels models, Postgres postgres) throws IOException, SQLException {
    JsonNode dataset = new YAMLMapper().readTree(EXAMPLE.resolve("archive.yaml").toFile());
    ChatModel model = models.model(ModelId.parse("mock:mock.json"));
    RlmEngine engine =
        new RlmEngine(
            model,
            model,
            new PlainPython(),
            RlmLimits.DEFAULT,
            RlmListener.NONE,
            id -> Optional.empty(),
            models.redactor(),
            TimeSource.system());
    Path trace = directory.resolve("trace.jsonl");
    var answers = new YAMLMapper().createArrayNode();
    for (JsonNode each : dataset.path("cases")) {
      Database database = postgres.database("archive");
      for (String migration : List.of("V1__pumps", "V2__meter_readings", "V3__work_orders")) {
        Postgres.runFile(database, EXAMPLE.resolve("migrations/" + migration + ".sql"));
      }
      Postgres.runFile(database, EXAMPLE.resolve(each.path("fixture").asText()));
      RlmResult result = engine.query(query(each, database), trace);

      assertThat(result.status()).as(result.toString()).isEqualTo(RlmResult.Status.FINISHED);
      JsonNode expected = each.path("expected");
      if (expected.isObject()) {
        expected
            .properties()
            .forEach(
                field ->
                    assertThat(result.answer().get(field.getKey())).isEqualTo(field.getValue()));
        assertThat(result.citations().allVerified()).isTrue();
        assertThat(result.citations().verified()).isEqualTo(2);
      } else {
        assertThat(result.answer()).isEqualTo(expected);
      }
      for (JsonNode scorer : each.path("scorers")) {
        if (scorer.path("type").asText().equals("sql")) {
          assertThat(rows(database, scorer.path("query").asText()))
              .isEqualTo(values(scorer.path("equals")));
        }
      }
      answers.add(result.answer());
    }
    // a script goes on after code that failed; here none may
    assertThat(Files.readString(trace))
        .contains("\"subcall_response\"")
        .doesNotContain("\"type\":\"error\"", "\"status\":\"error\"");
    return answers;
  }

  private static RlmQuery query(JsonNode each, Database database) throws IOException {
    List<String> documents = new ArrayList<>();
    for (JsonNode file : each.path("input").path("documents")) {
      documents.add(Files.readString(EXAMPLE.resolve(file.asText())));
    }
    String question = each.path("input").path("question").asText();
    return new RlmQuery(question, documents, Map.of(), database, null);
  }

  private static List<String> values(JsonNode equals) {
    List<String> values = new ArrayList<>();
    if (equals.isArray()) {
      equals.forEach(row -> row.forEach(value -> values.add(value.asText())));
    } else {
      values.add(equals.asText());
    }
    return values;
  }

  private static List<String> rows(Database database, String query) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (result.next()) {
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          values.add(result.getString(i));
        }
      }
      return values;
    }
  }
}
