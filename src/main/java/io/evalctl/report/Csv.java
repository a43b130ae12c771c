package io.evalctl.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.evalctl.results.Json;
import java.util.List;

/** Objects of the same fields as CSV (RFC 4180): a line each, nested values as JSON text. */
final class Csv {
  private Csv() {}

  static String of(List<ObjectNode> objects) {
    if (objects.isEmpty()) {
      return "";
    }
    CsvSchema.Builder columns = CsvSchema.builder();
    objects.get(0).fieldNames().forEachRemaining(columns::addColumn);
    try {
      return new CsvMapper()
          .writer(columns.build().withHeader())
          .writeValueAsString(objects.stream().map(Csv::flat).toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode flat(ObjectNode object) {
    ObjectNode row = Json.object();
    object
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isContainerNode()) {
                row.put(field.getKey(), value.toString());
              } else {
                row.set(field.getKey(), value);
              }
            });
    return row;
  }
}
