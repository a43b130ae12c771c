package io.evalctl.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Durations;
import io.evalctl.eval.dataset.CaseLimits;
import io.evalctl.results.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What was asked for, as it is stored with a run, so that the very same can be gone on with. A null
 * leaves the choice to the dataset or the default.
 *
 * @param dataset the file, or {@code example:NAME}
 * @param directory where it was asked, against which relative paths in it are resolved; null of a
 *     run that an older evalctl stored
 * @param models in the order in which they run
 * @param cases globs of case names; empty for all
 * @param range which of them: {@code N} or {@code A-B}
 * @param reducer how epochs become one number
 * @param migrations in the place of the dataset's
 * @param limits in the place of the dataset's
 */
public record EvalRequest(
    String dataset,
    Path directory,
    List<String> models,
    List<String> cases,
    String range,
    int epochs,
    String reducer,
    Path migrations,
    boolean allowOutside,
    CaseLimits limits) {
  public EvalRequest {
    models = List.copyOf(models);
    cases = List.copyOf(cases);
  }

  EvalRequest withModels(List<String> chosen) {
    return new EvalRequest(
        dataset,
        directory,
        chosen,
        cases,
        range,
        epochs,
        reducer,
        migrations,
        allowOutside,
        limits);
  }

  /**
   * Where its paths begin.
   *
   * @param here where evalctl runs now, for a run whose own directory is not known, or whose
   *     dataset has moved here from there
   */
  public Path base(Path here) {
    return directory == null
            || !Files.exists(directory.resolve(dataset)) && Files.exists(here.resolve(dataset))
        ? here
        : directory;
  }

  ObjectNode write() {
    ObjectNode node = Json.object().put("dataset", dataset);
    node.put("directory", directory == null ? null : directory.toString());
    models.forEach(node.putArray("models")::add);
    cases.forEach(node.putArray("cases")::add);
    node.put("range", range).put("epochs", epochs).put("reducer", reducer);
    node.put("migrations", migrations == null ? null : migrations.toString());
    node.put("allowOutside", allowOutside);
    ObjectNode limited = node.putObject("limits");
    limited.put("time", limits.time() == null ? null : Durations.format(limits.time()));
    limited.put("tokens", limits.tokens());
    limited.put("cost", limits.cost());
    limited.put("messages", limits.messages());
    return node;
  }

  static EvalRequest read(JsonNode node) {
    JsonNode limited = node.path("limits");
    JsonNode migrations = node.path("migrations");
    JsonNode directory = node.path("directory");
    return new EvalRequest(
        node.path("dataset").asText(),
        directory.isTextual() ? Path.of(directory.asText()) : null,
        texts(node.path("models")),
        texts(node.path("cases")),
        node.path("range").asText(null),
        node.path("epochs").asInt(1),
        node.path("reducer").asText("mean"),
        migrations.isTextual() ? Path.of(migrations.asText()) : null,
        node.path("allowOutside").asBoolean(),
        new CaseLimits(
            duration(limited.path("time")),
            limited.path("tokens").isNumber() ? (Long) limited.path("tokens").asLong() : null,
            limited.path("cost").isNumber() ? (Double) limited.path("cost").asDouble() : null,
            limited.path("messages").isNumber() ? (Integer) limited.path("messages").asInt() : null,
            null));
  }

  private static Duration duration(JsonNode node) {
    return node.isTextual() ? Durations.parse("time", node.asText()) : null;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    if (array instanceof ArrayNode) {
      array.forEach(item -> texts.add(item.asText()));
    }
    return texts;
  }
}
