package io.evalctl.eval.scorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.eval.dataset.Dataset;
import io.evalctl.eval.dataset.DatasetReader;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.llm.ChatMessage;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.ModelId;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import io.evalctl.text.Json;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** The bundled example, on a real server: its answers are right, and its scorers say so. */
class ColonyExampleIT {
  private static final Path HOME = Path.of("src/main/resources/io/evalctl/examples/colony");
  private static final Pattern COPY =
      Pattern.compile("(?s)(COPY [^;]*;)\\n(.*?)^\\\\\\.\\n", Pattern.MULTILINE);

  @TempDir static Path directory;
  private static ScratchPostgres server;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = new ScratchPostgres(directory);
    server.execute("create database colony_template");
    List<Path> migrations;
    try (Stream<Path> files = Files.list(HOME.resolve("db/migration"))) {
      migrations =
          files
              .sorted(
                  Comparator.comparingInt(
                      file ->
                          Integer.parseInt(
                              file.getFileName().toString().replaceAll("V(\\d+)__.*", "$1"))))
              .toList();
    }
    assertThat(migrations).hasSizeGreaterThanOrEqualTo(8);
    try (Connection template = server.connect("colony_template")) {
      for (Path migration : migrations) {
        load(template, migration);
      }
    }
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Test
  void everyScriptedAnswerPassesAndAWrongOneDoesNot() throws IOException, SQLException {
    Dataset dataset = DatasetReader.read(HOME.resolve("colony.yaml"), false);
    LlmSettings settings = new LlmSettings(Map.of(), HOME, null, null, null);
    try (ChatModels models =
        new ChatModels(settings, TimeSource.system(), new Random(1), (id, error, wait) -> {})) {
      ChatModel model = models.model(ModelId.parse("mock:replies.json"));
      for (EvalCase each : dataset.cases()) {
        ChatRequest request =
            ChatRequest.of(
                List.of(ChatMessage.system(dataset.system()), ChatMessage.user(each.prompt())),
                ChatOptions.DEFAULT);
        String answer =
            model.complete(request, Deadline.in(Duration.ofMinutes(1), TimeSource.system())).text();
        String database = clone(each);
        requireAllPassed(each, evidence(each, answer, database));
        requireAllFailed(each, evidence(each, "I cannot tell, order water.", database));
      }
    }
  }

  @Test
  void theOperatorPassesEveryCase() throws IOException, SQLException {
    Dataset dataset = DatasetReader.read(HOME.resolve("operator.yaml"), false);
    for (EvalCase each : dataset.cases()) {
      String database = clone(each);
      ProgramEnd end =
          new Program(
                  dataset.exec(),
                  dataset.directory(),
                  Map.of(
                      "PGHOST",
                      "localhost",
                      "PGPORT",
                      Integer.toString(server.port()),
                      "PGUSER",
                      "postgres",
                      "PGDATABASE",
                      database,
                      "EVALCTL_RUN_JAVA",
                      Path.of(System.getProperty("java.home"), "bin/java").toString(),
                      "EVALCTL_RUN_CLASSPATH",
                      System.getProperty("java.class.path")),
                  ("{\"input\":" + each.input() + "}").getBytes(StandardCharsets.UTF_8),
                  1 << 20)
              .run(Deadline.in(Duration.ofMinutes(2), TimeSource.system()));

      assertThat(end.exitCode()).as(end.err()).isZero();
      requireAllPassed(
          each,
          SampleEvidence.ofOutput(Json.read(end.out()).path("output"), each.expected())
              .with(() -> server.connect(database)));
    }
  }

  @Test
  void theIndexNamesEveryFile() throws IOException {
    try (Stream<Path> files = Files.walk(HOME)) {
      assertThat(Files.readAllLines(HOME.resolve("index.txt")))
          .containsExactlyInAnyOrderElementsOf(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> HOME.relativize(file).toString())
                  .filter(name -> !name.equals("index.txt"))
                  .toList());
    }
  }

  private static void requireAllPassed(EvalCase each, Evidence evidence) {
    for (Scorer scorer : each.scorers()) {
      Score score = scorer.score(evidence);
      assertThat(score.passed())
          .as(each.name() + ": " + scorer.label() + ": " + score.reason())
          .isTrue();
    }
  }

  /** What looks at the answer must not pass just any. */
  private static void requireAllFailed(EvalCase each, Evidence evidence) {
    for (Scorer scorer : each.scorers()) {
      if (!scorer.needsDatabase() && !(scorer instanceof FinishedScorer)) {
        assertThat(scorer.score(evidence).passed())
            .as(each.name() + ": " + scorer.label())
            .isFalse();
      }
    }
  }

  private static Evidence evidence(EvalCase each, String answer, String database) {
    return SampleEvidence.ofText(answer, each.expected()).with(() -> server.connect(database));
  }

  private static String clone(EvalCase each) throws SQLException, IOException {
    String name = "case_" + each.name() + "_" + System.nanoTime();
    server.execute("create database " + name + " template colony_template");
    try (Connection connection = server.connect(name)) {
      load(connection, each.fixture());
    }
    return name;
  }

  /** Plain SQL, and the COPY blocks of pg_dump. */
  private static void load(Connection connection, Path file) throws IOException, SQLException {
    String text = Files.readString(file);
    var copy = COPY.matcher(text);
    int from = 0;
    try (Statement statement = connection.createStatement()) {
      while (copy.find()) {
        statement.execute(text.substring(from, copy.start()));
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(copy.group(1), new StringReader(copy.group(2)));
        from = copy.end();
      }
      statement.execute(text.substring(from));
    }
  }
}
