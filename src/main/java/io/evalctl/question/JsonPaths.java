package io.evalctl.question;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds values in JSON text by JSONPath (RFC 9535, as Jayway's library reads it). Thread-safe. */
public final class JsonPaths {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration CONFIGURATION =
      Configuration.builder()
          .jsonProvider(new JacksonJsonNodeJsonProvider(JSON))
          .mappingProvider(new JacksonMappingProvider(JSON))
          .options(Option.ALWAYS_RETURN_LIST, Option.SUPPRESS_EXCEPTIONS)
          .build();
  private static final Map<String, JsonPath> COMPILED = new ConcurrentHashMap<>();

  private JsonPaths() {}

  /** What is wrong with a path. */
  public static Optional<String> fault(String path) {
    try {
      JsonPath.compile(path);
      return Optional.empty();
    } catch (InvalidPathException | IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse("no JSONPath"));
    }
  }

  /** Every value at a path; none where the text is no JSON. */
  public static List<JsonNode> find(String text, String path) {
    try {
      JsonNode document = JSON.readTree(text);
      if (document == null || document.isMissingNode()) {
        return List.of();
      }
      JsonNode found =
          COMPILED.computeIfAbsent(path, JsonPath::compile).read(document, CONFIGURATION);
      List<JsonNode> values = new ArrayList<>();
      if (found != null) {
        found.forEach(values::add);
      }
      return values;
    } catch (JsonProcessingException e) {
      return List.of();
    }
  }
}
