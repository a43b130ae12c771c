package io.evalctl.eval.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import io.evalctl.eval.dataset.source.Document;
import io.evalctl.eval.dataset.source.DocumentReader;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.eval.dataset.source.NamedFiles;
import io.evalctl.eval.dataset.source.Problems;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.ModelId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads datasets: YAML or JSON, or JSON with a case a line. What may stand in one is published as a
 * JSON Schema; it is checked here by hand, since a validator cannot tell lines and costs a fresh
 * Java machine more time than the reading. Stateless.
 */
public final class DatasetReader {
  private static final String SCHEMA = "dataset.schema.json";

  private DatasetReader() {}

  /**
   * Reads and checks everything: structure, names, patterns, schemas, and that the files are there.
   *
   * @param allowOutside whether files outside the dataset's folder may be named
   * @throws EvalctlException FILE_UNREADABLE; INVALID_DATASET with every error found, up to ten
   */
  public static Dataset read(Path file, boolean allowOutside) {
    return read(file, allowOutside, false);
  }

  /**
   * @param databaseGiven whether cases get a database even where the dataset defines none, since
   *     its migrations are named elsewhere
   */
  public static Dataset read(Path file, boolean allowOutside, boolean databaseGiven) {
    return read(DocumentReader.read(file), file, allowOutside, databaseGiven);
  }

  static Dataset read(Document document, Path file, boolean allowOutside, boolean databaseGiven) {
    Problems problems = new Problems(file);
    Path absolute = file.toAbsolutePath().normalize();
    Path directory = absolute.getParent();
    NamedFiles files = new NamedFiles(directory, allowOutside);
    Fields fields = new Fields(document.root(), "", document.lines(), problems);
    fields.knows(
        "$schema",
        "name",
        "description",
        "database",
        "task",
        "limits",
        "system",
        "exec",
        "models",
        "scorers",
        "cases");
    TaskKind task = task(fields);
    DatabaseDefinition database = fields.has("database") ? database(fields, files) : null;
    boolean hasDatabase = fields.has("database") || databaseGiven;
    List<Fields> written = fields.require("cases") ? fields.objects("cases") : List.of();
    CaseReader reader = new CaseReader(document, fields, files, task, hasDatabase);
    List<EvalCase> cases = new ArrayList<>();
    written.forEach(item -> cases.add(reader.read(item)));
    String name = fields.text("name");
    String description = fields.text("description");
    CaseLimits limits = limits(fields);
    String system = fields.text("system");
    List<String> exec = exec(fields, task);
    List<String> models = models(fields, task);
    fields.refuseOthers();
    if (problems.none()) {
      for (int i = 0; i < cases.size(); i++) {
        reader.check(cases.get(i), written.get(i));
      }
    }
    problems.throwIfAny();
    return new Dataset(
        name == null ? stem(absolute) : name,
        description,
        absolute,
        directory,
        DatasetDigest.of(document.bytes(), files.contents()),
        database,
        task,
        limits,
        system,
        exec,
        models,
        cases);
  }

  /** The published JSON Schema of a dataset file (draft 2020-12). */
  public static String schema() {
    try (InputStream stream = DatasetReader.class.getResourceAsStream(SCHEMA)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TaskKind task(Fields fields) {
    String label = fields.text("task");
    if (label == null) {
      return TaskKind.CHAT;
    }
    return TaskKind.find(label)
        .orElseGet(
            () -> {
              fields.wrong(
                  "task",
                  "there is no task '" + label + "'",
                  Suggestion.among(label, TaskKind.labels()));
              return TaskKind.CHAT;
            });
  }

  private static DatabaseDefinition database(Fields dataset, NamedFiles files) {
    Fields fields = dataset.object("database");
    fields.knows("migrations", "placeholders", "seed", "extensions");
    Path migrations = null;
    List<String> command = List.of();
    List<Path> inputs = List.of();
    Duration timeout = DatabaseDefinition.DEFAULT_COMMAND_TIMEOUT;
    if (fields.node("migrations").isObject()) {
      Fields program = fields.object("migrations").knows("command", "timeout", "inputs");
      program.require("command");
      command = program.texts("command");
      inputs = files.matching(program, "inputs");
      timeout = program.has("timeout") ? program.duration("timeout") : timeout;
      program.refuseOthers();
    } else {
      migrations = files.directory(fields, "migrations");
    }
    DatabaseDefinition database =
        new DatabaseDefinition(
            migrations,
            placeholders(fields),
            command,
            inputs,
            timeout,
            files.file(fields, "seed"),
            fields.anyTexts("extensions"));
    fields.refuseOthers();
    return database;
  }

  /** An object of texts, or false. */
  private static Map<String, String> placeholders(Fields database) {
    JsonNode given = database.node("placeholders");
    if (given.isBoolean() && !given.booleanValue()) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    if (!given.isMissingNode()) {
      Fields fields = database.object("placeholders");
      for (String name : (Iterable<String>) fields.all()::fieldNames) {
        JsonNode value = fields.node(name);
        if (value.isValueNode() && !value.isNull()) {
          values.put(name, value.asText());
        } else {
          fields.wrong(name, "must be a text", null);
        }
      }
    }
    return values;
  }

  private static CaseLimits limits(Fields dataset) {
    Fields fields = dataset.object("limits");
    if (fields == null) {
      return CaseLimits.NONE;
    }
    fields.knows("time", "tokens", "cost", "messages", "executeTimeout");
    BigDecimal cost = fields.amount("cost");
    Long messages = fields.whole("messages", 1, Integer.MAX_VALUE);
    CaseLimits limits =
        new CaseLimits(
            fields.duration("time"),
            fields.whole("tokens", 1, Long.MAX_VALUE),
            cost == null ? null : (Double) cost.doubleValue(),
            messages == null ? null : (Integer) messages.intValue(),
            fields.duration("executeTimeout"));
    fields.refuseOthers();
    return limits;
  }

  private static List<String> exec(Fields fields, TaskKind task) {
    if (task == TaskKind.EXEC) {
      fields.require("exec");
    } else if (fields.has("exec")) {
      fields.wrong("exec", "belongs to task exec alone", "set 'task: exec'");
    }
    return fields.texts("exec");
  }

  private static List<String> models(Fields fields, TaskKind task) {
    List<String> models = fields.texts("models");
    if (models.isEmpty() && task == TaskKind.EXEC) {
      return List.of(Dataset.NO_MODEL);
    }
    for (String model : models) {
      try {
        if (!model.equals(Dataset.NO_MODEL)) {
          ModelId.parse(model);
        }
      } catch (LlmException e) {
        fields.wrong("models", e.error().message(), e.error().details());
      }
    }
    return models;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
