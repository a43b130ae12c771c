package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What scorers' queries gave on a case's database, kept with its sample: the database goes with its
 * case, and a sample can be judged again. Not thread-safe.
 */
public final class QueryAnswers {
  /**
   * Of all queries of a sample together, in characters of JSON; what would exceed it is not kept.
   */
  static final int MOST_LENGTH = 256 << 10;

  private final Map<String, ObjectNode> answers = new LinkedHashMap<>();
  private final boolean databaseGone;
  private int room = MOST_LENGTH;

  private QueryAnswers(boolean databaseGone) {
    this.databaseGone = databaseGone;
  }

  /** For a database that is there, or for a case that has none. */
  public static QueryAnswers fresh() {
    return new QueryAnswers(false);
  }

  /**
   * For a database that was there.
   *
   * @param stored what {@link #json} gave, or a missing node
   */
  public static QueryAnswers of(JsonNode stored) {
    QueryAnswers kept = new QueryAnswers(true);
    stored.forEach(
        answer -> {
          if (answer instanceof ObjectNode object) {
            kept.answers.put(object.path("query").asText(), object);
          }
        });
    return kept;
  }

  /** Whether these answers are all that is left of the case's database. */
  boolean databaseGone() {
    return databaseGone;
  }

  /** For the results store; empty when nothing was asked. */
  public ArrayNode json() {
    ArrayNode all = Json.array();
    answers.values().forEach(all::add);
    return all;
  }

  void keep(String query, SqlRows rows) {
    ObjectNode answer = Json.object().put("query", query);
    rows.columns().forEach(answer.putArray("columns")::add);
    ArrayNode list = answer.putArray("rows");
    rows.rows().forEach(row -> list.addArray().addAll(row));
    keep(query, answer);
  }

  void keep(String query, long count) {
    keep(query, Json.object().put("query", query).put("count", count));
  }

  private void keep(String query, ObjectNode answer) {
    int length = Json.text(answer).length();
    if (length <= room && !answers.containsKey(query)) {
      answers.put(query, answer);
      room -= length;
    }
  }

  /** Null when they were not kept. */
  SqlRows rows(String query) {
    ObjectNode answer = answers.get(query);
    if (answer == null || !answer.path("rows").isArray()) {
      return null;
    }
    List<String> columns = new ArrayList<>();
    answer.path("columns").forEach(name -> columns.add(name.asText()));
    List<List<JsonNode>> rows = new ArrayList<>();
    for (JsonNode row : answer.path("rows")) {
      List<JsonNode> values = new ArrayList<>();
      row.forEach(values::add);
      rows.add(values);
    }
    return new SqlRows(columns, rows);
  }

  /** Null when it was not kept. */
  Long count(String query) {
    ObjectNode answer = answers.get(query);
    if (answer == null) {
      return null;
    }
    return answer.path("rows").isArray()
        ? Long.valueOf(answer.path("rows").size())
        : Json.integer(answer, "count");
  }
}
