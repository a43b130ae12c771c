package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An answer that came as server-sent events (WHATWG HTML, "Server-sent events"), as some servers
 * and proxies send it without being asked to.
 *
 * @param events the JSON of each event, in order
 * @param done whether the stream ended with the {@code [DONE]} that follows OpenAI's last event
 */
record EventStream(List<JsonNode> events, boolean done) {
  private static final String TYPE = "text/event-stream";
  private static final String END = "[DONE]";
  private static final Pattern FIELD = Pattern.compile("(data|event|id|retry)?:.*", Pattern.DOTALL);
  private static final Pattern LINE_END = Pattern.compile("\r\n|\n|\r");
  private static final int PEEK = 64;

  EventStream {
    events = List.copyOf(events);
  }

  /** Whether a body is one: by how it begins, since the type is often wrong either way. */
  static boolean in(HttpReply reply) {
    String start =
        new String(reply.body(), 0, Math.min(PEEK, reply.body().length), StandardCharsets.UTF_8)
            .replace("\uFEFF", "")
            .strip();
    boolean json = start.startsWith("{") || start.startsWith("[");
    return FIELD.matcher(start).matches()
        || !json && reply.headers().getOrDefault("content-type", "").startsWith(TYPE);
  }

  /**
   * Reads all events; one that says it is an error is made an error object.
   *
   * @throws IOException when an event is not JSON
   */
  static EventStream read(byte[] body) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    boolean done = false;
    String name = "";
    StringBuilder data = new StringBuilder();
    String text = new String(body, StandardCharsets.UTF_8).replace("\uFEFF", "") + "\n\n";
    for (String line : LINE_END.split(text, -1)) {
      if (line.startsWith("event:")) {
        name = line.substring("event:".length()).strip();
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(line.substring("data:".length()).strip());
      } else if (line.isEmpty() && !data.isEmpty()) {
        if (data.toString().equals(END)) {
          done = true;
        } else {
          events.add(event(name, data.toString()));
        }
        data.setLength(0);
        name = "";
      }
    }
    return new EventStream(events, done);
  }

  private static JsonNode event(String name, String data) throws IOException {
    if (!name.equals("error")) {
      return Json.read(data);
    }
    JsonNode error;
    try {
      error = Json.read(data);
    } catch (IOException e) {
      return Json.object().put("error", data);
    }
    return error.isObject() && !ErrorBody.isError(error)
        ? Json.object().set("error", error)
        : error;
  }

  /** The error that it holds, or null. */
  JsonNode error() {
    return events.stream().filter(ErrorBody::isError).findFirst().orElse(null);
  }
}
