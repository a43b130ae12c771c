package io.evalctl.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Whose a database is, as JSON in its comment. A clone inherits no comment, so there is never a
 * wrong one.
 *
 * @param run the session, which holds the lock of that name for as long as it lives
 * @param host and {@code pid} are for people; they prove nothing across containers
 * @param key the template's whole key
 * @param keep whether a template is to outlive its sessions
 */
record Provenance(
    Kind kind, String run, String host, long pid, Instant created, String key, boolean keep) {
  /** What a database is for. */
  enum Kind {
    TEMPLATE,
    CLONE,
    /** A template that is not finished. */
    BUILD
  }

  private static final String TOOL = "evalctl";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Empty when the comment is none of ours. */
  static Optional<Provenance> parse(String comment) {
    if (comment == null || !comment.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(comment);
      if (!json.path("tool").asText().equals(TOOL)
          || json.path("run").asText().isEmpty()
          || !json.path("key").isTextual()) {
        return Optional.empty();
      }
      return Optional.of(
          new Provenance(
              Kind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT)),
              json.path("run").asText(),
              json.path("host").asText(),
              json.path("pid").asLong(),
              Instant.parse(json.path("created").asText()),
              json.path("key").asText(),
              json.path("keep").asBoolean()));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  String text() {
    ObjectNode json = JSON.createObjectNode();
    json.put("tool", TOOL);
    json.put("kind", kind.name().toLowerCase(Locale.ROOT));
    json.put("run", run);
    json.put("host", host);
    json.put("pid", pid);
    json.put("created", created.toString());
    json.put("key", key);
    json.put("keep", keep);
    return json.toString();
  }

  Provenance as(Kind other, boolean kept) {
    return new Provenance(other, run, host, pid, created, key, kept);
  }

  void write(Connection admin, String database) throws SQLException {
    Sql.run(admin, comment(database));
  }

  /** The statement that writes it. */
  String comment(String database) {
    return "comment on database " + Sql.name(database) + " is " + Sql.text(text());
  }
}
