package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.eval.dataset.source.NamedFiles;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * The answer is JSON that a JSON Schema accepts: draft 2020-12, or the one that its {@code $schema}
 * names. Nothing is ever fetched for it.
 */
record JsonSchemaScorer(String label, Schema schema) implements Scorer {
  private static final int MOST_SHOWN = 3;

  static Scorer read(String label, Fields fields, NamedFiles files) {
    fields.knows("schema", "file");
    if (fields.has("schema") == fields.has("file")) {
      fields.wrong("needs either 'schema' or 'file'", null);
      return new JsonSchemaScorer(label, null);
    }
    String place = fields.has("schema") ? "schema" : "file";
    JsonNode node = fields.node("schema");
    if (place.equals("file")) {
      Path file = files.file(fields, "file");
      if (file == null) {
        return new JsonSchemaScorer(label, null);
      }
      try {
        node = Json.read(Files.readAllBytes(file));
      } catch (IOException e) {
        fields.wrong("file", "holds no JSON: " + Json.reason(e), null);
        return new JsonSchemaScorer(label, null);
      }
    }
    return new JsonSchemaScorer(label, compile(fields, place, node));
  }

  private static Schema compile(Fields fields, String place, JsonNode node) {
    if (!node.isObject() && !node.isBoolean()) {
      fields.wrong(place, "must be a JSON Schema", null);
      return null;
    }
    String dialect = node.path("$schema").asText(SpecificationVersion.DRAFT_2020_12.getDialectId());
    try {
      List<com.networknt.schema.Error> wrong =
          Library.REGISTRY.getSchema(SchemaLocation.of(dialect)).validate(node);
      if (!wrong.isEmpty()) {
        fields.wrong(place, "is no valid JSON Schema: " + shown(wrong), null);
        return null;
      }
      Schema schema = Library.REGISTRY.getSchema(node);
      schema.initializeValidators();
      return schema;
    } catch (SchemaException | PatternSyntaxException e) {
      String reason = e.getMessage() == null ? "unusable" : JsonValues.shown(e.getMessage());
      fields.wrong(place, "is no usable JSON Schema: " + reason, null);
      return null;
    }
  }

  @Override
  public Score score(Evidence evidence) {
    Optional<JsonNode> json = AnswerJson.in(evidence);
    if (json.isEmpty()) {
      return Score.fail("the answer is no JSON: " + JsonValues.shown(evidence.text()));
    }
    try {
      List<com.networknt.schema.Error> wrong = schema.validate(json.get());
      return Score.of(wrong.isEmpty(), wrong.isEmpty() ? "the answer fits" : shown(wrong));
    } catch (BoundedText.Exhausted | StackOverflowError e) {
      throw ScorerFailure.of(
          label,
          evidence,
          "gave up: a pattern of its schema backtracks too much, or the schema never ends",
          "write the pattern without repetition inside repetition",
          null);
    }
  }

  private static String shown(List<com.networknt.schema.Error> errors) {
    String first =
        errors.stream()
            .limit(MOST_SHOWN)
            .map(
                error ->
                    JsonValues.shown("$" + error.getInstanceLocation() + " " + error.getMessage()))
            .collect(Collectors.joining("; "));
    int more = errors.size() - MOST_SHOWN;
    return more > 0 ? first + "; and " + more + " more" : first;
  }

  /** Set up on first use: it takes a while, and most datasets do without it. */
  private static final class Library {
    static final SchemaRegistry REGISTRY =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder
                    .schemaLoader(loader -> loader.fetchRemoteResources(false))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .regularExpressionFactory(Library::bounded)
                            .build()));

    private static com.networknt.schema.regex.RegularExpression bounded(String text) {
      Pattern pattern = Pattern.compile(text);
      return value -> pattern.matcher(new BoundedText(value, BoundedText.MOST_STEPS, null)).find();
    }
  }
}
