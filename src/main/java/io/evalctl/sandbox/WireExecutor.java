package io.evalctl.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.ErrorKind;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An executor over a channel. The protocol is in {@code supervisor.py}. One thread at a time uses
 * it; {@link #kill} is for any.
 */
final class WireExecutor implements SandboxExecutor {
  /** Characters of documents in one line: at most six bytes each. */
  private static final int PIECE = 2 << 20;

  private final SandboxProcess process;
  private final WireChannel channel;
  private final Duration grace;
  private final TimeSource time;
  private Map<String, HostFunction> functions = Map.of();
  private long lastId;

  /**
   * Starts a sandbox, which may not be ready yet.
   *
   * @throws EvalctlException as {@link SandboxBackend#start}
   */
  WireExecutor(SandboxBackend backend, Deadline start, Duration grace, TimeSource time) {
    this.channel = new WireChannel();
    this.process = backend.start(channel, start);
    channel.bind(process);
    this.grace = grace;
    this.time = time;
  }

  String name() {
    return process.name();
  }

  /** Whether it can be used no more. */
  boolean lost() {
    return channel.lost() != null;
  }

  @Override
  public void setUp(
      List<String> context, Map<String, JsonNode> variables, Map<String, HostFunction> functions) {
    this.functions = Map.copyOf(functions);
    ObjectNode message = request("setup");
    ArrayNode pieces = message.putArray("context");
    int room = PIECE;
    for (String document : context) {
      int from = 0;
      do {
        int to = end(document, from, room);
        pieces.add(document.substring(from, to));
        room -= to - from + 1;
        from = to;
        if (from < document.length() || room <= 0) {
          confirm(message, "the context");
          message = request("setup");
          pieces = message.putArray("context");
          message.put("continues", from < document.length());
          room = PIECE;
        }
      } while (from < document.length());
    }
    ObjectNode vars = message.putObject("vars");
    variables.forEach(vars::set);
    ArrayNode names = message.putArray("functions");
    functions.keySet().forEach(names::add);
    message.put("last", true);
    confirm(message, "what the sandbox is set up with");
  }

  /** Never within a surrogate pair. */
  private static int end(String document, int from, int room) {
    int to = Math.min(document.length(), from + Math.max(2, room));
    return to < document.length() && Character.isHighSurrogate(document.charAt(to - 1))
        ? to - 1
        : to;
  }

  @Override
  public Execution execute(String code, Duration timeout) {
    ObjectNode message = request("execute");
    message.put("code", code).put("timeoutMs", timeout.toMillis());
    channel.send(message, "the code");
    Deadline deadline = Deadline.in(timeout.plus(grace), time);
    while (true) {
      ObjectNode reply = channel.receive(deadline);
      if (reply.has("call")) {
        Deadline before = deadline;
        Duration left = before.remaining();
        answer(reply);
        deadline = Deadline.in(left, time);
      } else if (reply.get("id").longValue() == lastId) {
        return execution(reply);
      }
    }
  }

  /** Does what the code asks for. Whatever comes of it, the sandbox gets one answer, or is lost. */
  private void answer(ObjectNode call) {
    HostFunction function = functions.get(call.get("call").asText());
    if (function == null || !call.path("args").isArray()) {
      throw channel.lose("it asked for a function that it was not given: " + call.get("call"));
    }
    ObjectNode result = WireJson.object().put("op", "result");
    result.set("id", call.get("id"));
    try {
      JsonNode value = function.call(call.get("args"));
      result.set("value", value);
      channel.send(result, "the value of " + call.get("call").asText());
    } catch (EvalctlException e) {
      if (channel.lost() != null || ended(e.code())) {
        channel.lose("evalctl gave it up while it worked");
        throw e;
      }
      result.remove("value");
      channel.send(result.put("error", e.getMessage()), "an error message");
    } catch (RuntimeException | Error e) {
      channel.lose("evalctl failed while it worked");
      throw e;
    }
  }

  private static boolean ended(ErrorCode code) {
    return code.kind() == ErrorKind.INTERRUPTED || code.kind() == ErrorKind.TERMINATED;
  }

  private Execution execution(ObjectNode reply) {
    Execution.Status status =
        switch (reply.path("status").asText()) {
          case "ok" -> Execution.Status.OK;
          case "error" -> Execution.Status.ERROR;
          case "timeout" -> Execution.Status.TIMEOUT;
          case "killed" -> Execution.Status.KILLED;
          default ->
              throw channel.lose("it sent a status that there is not: " + reply.get("status"));
        };
    JsonNode error = reply.path("error");
    return new Execution(
        status,
        reply.path("stdout").asText(),
        reply.path("stderr").asText(),
        reply.path("truncated").asBoolean(),
        error.isObject()
            ? new Execution.ExecutionError(
                error.path("type").asText(),
                error.path("message").asText(),
                error.path("traceback").asText())
            : null,
        reply.get("final"));
  }

  /**
   * Looks whether it is there and ready.
   *
   * @throws EvalctlException SANDBOX_LOST
   */
  void ping(Deadline deadline) {
    confirm(request("ping"), "a ping", deadline);
  }

  /**
   * Ends the query: its processes, its files, its variables.
   *
   * @throws EvalctlException SANDBOX_LOST
   */
  void reset(Deadline deadline) {
    functions = Map.of();
    confirm(request("reset"), "a reset", deadline);
  }

  /** Ends it; returns when nothing of it is left. */
  void kill(Deadline deadline) {
    channel.lose("it was stopped");
    process.kill(deadline);
  }

  private ObjectNode request(String operation) {
    return WireJson.object().put("id", ++lastId).put("op", operation);
  }

  private void confirm(ObjectNode message, String what) {
    confirm(message, what, Deadline.in(grace.plusSeconds(10), time));
  }

  private void confirm(ObjectNode message, String what, Deadline deadline) {
    channel.send(message, what);
    while (true) {
      ObjectNode reply = channel.receive(deadline);
      if (reply.get("id").longValue() == lastId && !reply.has("call")) {
        if (!reply.path("ok").asBoolean()) {
          throw channel.lose("it refused " + what + ": " + reply.path("error").asText());
        }
        return;
      }
    }
  }
}
