package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An answer that came as server-sent events (WHATWG HTML, "Server-sent events"), as some servers
 * and proxies send it without being asked to.
 *
 * @param events the JSON of each event, in order
 * @param done whether the stream ended with the {@code [DONE]} that follows OpenAI's last event
 */
record EventStream(List<JsonNode> events, boolean done) {
  static final String TYPE = "text/event-stream";
  static final String END = "data: [DONE]";
  private static final Pattern FIELD =
      Pattern.compile("(data|event|id|retry|error)?:.*", Pattern.DOTALL);
  private static final Pattern LINE_END = Pattern.compile("\r\n|\n|\r");
  private static final int PEEK = 64;

  EventStream {
    events = List.copyOf(events);
  }

  /** Whether a body is one: by how it begins, since the type is often wrong either way. */
  static boolean in(HttpReply reply) {
    byte[] body = reply.body();
    int first = 0;
    while (first < body.length && (body[first] <= ' ' && body[first] >= 0 || bom(body[first]))) {
      first++;
    }
    String start =
        new String(body, first, Math.min(PEEK, body.length - first), StandardCharsets.UTF_8);
    boolean json = start.startsWith("{") || start.startsWith("[");
    return FIELD.matcher(start).matches()
        || !json
            && reply
                .headers()
                .getOrDefault("content-type", "")
                .toLowerCase(Locale.ROOT)
                .startsWith(TYPE);
  }

  /** Whether the byte is one of the mark that some put before UTF-8. */
  private static boolean bom(byte b) {
    return b == (byte) 0xEF || b == (byte) 0xBB || b == (byte) 0xBF;
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
    List<String> data = new ArrayList<>();
    String text = new String(body, StandardCharsets.UTF_8);
    String marked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (String line : LINE_END.split(marked.strip() + "\n\n", -1)) {
      if (line.startsWith("event:")) {
        name = line.substring("event:".length()).strip();
      } else if (line.strip().equals(END) || line.strip().equals("data:[DONE]")) {
        done = true;
      } else if (line.startsWith("error:")) {
        // Of llama.cpp's older servers.
        events.addAll(events("error", List.of(line.substring("error:".length()).strip())));
      } else if (line.startsWith("data:") && !done) {
        data.add(line.substring("data:".length()).strip());
      } else if (line.startsWith("{")) {
        // A gateway that forgets, when it fails, that it was sending events.
        data.add(line);
      } else if (line.isEmpty() && !data.isEmpty()) {
        events.addAll(events(name, data));
        data.clear();
        name = "";
      }
    }
    return new EventStream(events, done);
  }

  /** The lines of an event are one JSON text; of servers that forget the blank line, one each. */
  private static List<JsonNode> events(String name, List<String> data) throws IOException {
    try {
      return List.of(event(name, String.join("\n", data)));
    } catch (IOException e) {
      if (data.size() == 1) {
        throw e;
      }
    }
    List<JsonNode> events = new ArrayList<>();
    for (String line : data) {
      events.add(event(name, line));
    }
    return events;
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
