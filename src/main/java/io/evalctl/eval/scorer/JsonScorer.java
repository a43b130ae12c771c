package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import io.evalctl.eval.dataset.source.Fields;
import java.util.Optional;

/**
 * The answer is JSON that holds a wanted part, or a JSONPath finds a wanted value in it. A path
 * that may find several gives the list of what it finds.
 *
 * @param path null for the whole answer, of which the value is wanted as a part
 * @param value wanted; a missing node for what the case expects
 */
record JsonScorer(String label, JsonPath path, JsonNode value) implements Scorer {

  static Scorer read(String label, Fields fields) {
    fields.knows("subset", "path", "equals");
    if (fields.has("subset") && (fields.has("path") || fields.has("equals"))) {
      fields.wrong("'subset' excludes 'path' and 'equals'", null);
    }
    if (fields.has("equals") && !fields.has("path")) {
      fields.wrong("'equals' needs a 'path'", "for the whole answer use the scorer exact");
    }
    JsonPath path = null;
    String text = fields.text("path");
    if (text != null) {
      try {
        path = JsonPath.compile(text);
      } catch (InvalidPathException | IllegalArgumentException e) {
        fields.wrong("path", "is no JSONPath: " + e.getMessage(), "as in $.items[0].name");
      }
    }
    return new JsonScorer(label, path, fields.node(fields.has("path") ? "equals" : "subset"));
  }

  @Override
  public Score score(Evidence evidence) {
    Optional<JsonNode> json = AnswerJson.in(evidence);
    if (json.isEmpty()) {
      return Score.fail("the answer is no JSON: " + JsonValues.shown(evidence.text()));
    }
    JsonNode wanted = Expected.of(value, evidence);
    if (path == null) {
      Optional<String> lack = JsonValues.lack(wanted, json.get(), "$");
      return Score.of(lack.isEmpty(), lack.orElse("the answer holds all of it"));
    }
    JsonNode found = find(json.get());
    return Score.of(
        JsonValues.equal(wanted, found),
        "%s is %s, expected %s"
            .formatted(path.getPath(), JsonValues.shown(found), JsonValues.shown(wanted)));
  }

  private JsonNode find(JsonNode json) {
    try {
      Object found = path.read(json, Library.CONFIGURATION);
      return found instanceof JsonNode node ? node : computed(found);
    } catch (JsonPathException e) {
      // Nothing is there, or a filter or function does not fit what is.
      return MissingNode.getInstance();
    }
  }

  /** What a function of the path made, such as {@code length()}. */
  private static JsonNode computed(Object value) {
    return JsonValues.parse(String.valueOf(value))
        .filter(node -> value instanceof Number)
        .orElseGet(() -> TextNode.valueOf(String.valueOf(value)));
  }

  @Override
  public Optional<String> misfit(JsonNode expected) {
    return Expected.misfit(value, expected);
  }

  /** Set up on first use: datasets without a path do without it. */
  private static final class Library {
    static final Configuration CONFIGURATION =
        Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider())
            .mappingProvider(new JacksonMappingProvider())
            .build();
  }
}
