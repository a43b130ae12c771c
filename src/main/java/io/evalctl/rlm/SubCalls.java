package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * {@code llm_query} and {@code llm_query_batched}. Used by one thread; the calls of a batch run on
 * four threads of this query's own, which end with it.
 */
final class SubCalls implements AutoCloseable {
  static final int MOST_CHARACTERS = 500_000;
  private static final int AT_ONCE = 4;
  private static final Duration END = Duration.ofSeconds(5);

  /**
   * One question to the sub-model.
   *
   * @param content null for none
   */
  record Ask(String instruction, String content) {
    String prompt() {
      return content == null
          ? instruction
          : instruction + "\n\n" + Untrusted.wrap("CONTENT", content);
    }
  }

  private final SubModel model;
  private ExecutorService threads;

  SubCalls(SubModel model) {
    this.model = model;
  }

  /** {@code llm_query(instruction, content)}: the answer's text. */
  JsonNode one(JsonNode arguments) {
    Ask ask = ask(arguments);
    return JsonNodeFactory.instance.textNode(model.ask(model.claim(ask), ask));
  }

  /**
   * {@code llm_query_batched([request, ...])}, a request being an instruction, {@code [instruction,
   * content]} or {@code {"instruction", "content"}}; or {@code llm_query_batched(instruction,
   * [content, ...])}. Gives a list of {@code {"result", "error"}}, one of them null.
   */
  JsonNode batch(JsonNode arguments) {
    List<JsonNode> requests = requests(arguments);
    List<Future<String>> answers = new ArrayList<>();
    ArrayNode results = JsonNodeFactory.instance.arrayNode();
    try {
      for (JsonNode request : requests) {
        answers.add(threads().submit(claimed(request)));
      }
      for (Future<String> answer : answers) {
        results.add(result(answer));
      }
    } finally {
      answers.forEach(answer -> answer.cancel(true));
    }
    return results;
  }

  @Override
  public void close() {
    if (threads == null) {
      return;
    }
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      // a call ends when its thread is interrupted, so this is no wait in practice
      threads.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Checked and counted here, in order, so that it does not depend on luck which one is refused.
   */
  private Callable<String> claimed(JsonNode request) {
    try {
      Ask ask = ask(request);
      int call = model.claim(ask);
      return () -> model.ask(call, ask);
    } catch (EvalctlException e) {
      return () -> {
        throw e;
      };
    }
  }

  private static ObjectNode result(Future<String> answer) {
    ObjectNode result = Json.object();
    try {
      // every call has a deadline of its own
      return result.put("result", answer.get()).putNull("error");
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("waiting for sub-calls");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return result
          .putNull("result")
          .put("error", cause instanceof EvalctlException ? cause.getMessage() : cause.toString());
    }
  }

  private static List<JsonNode> requests(JsonNode arguments) {
    List<JsonNode> requests = new ArrayList<>();
    if (arguments.size() == 1 && arguments.get(0).isArray()) {
      arguments.get(0).forEach(requests::add);
    } else if (arguments.size() == 2
        && arguments.get(0).isTextual()
        && arguments.get(1).isArray()) {
      for (JsonNode content : arguments.get(1)) {
        requests.add(JsonNodeFactory.instance.arrayNode().add(arguments.get(0)).add(content));
      }
    } else {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "call it as llm_query_batched([(instruction, content), ...])"
              + " or llm_query_batched(instruction, [content, ...])",
          null);
    }
    return requests;
  }

  private static Ask ask(JsonNode request) {
    JsonNode instruction = request;
    JsonNode content = null;
    if (request.isObject()) {
      instruction = request.path("instruction");
      content = request.get("content");
    } else if (request.isArray()) {
      instruction = request.path(0);
      content = request.get(1);
    }
    if (!instruction.isTextual()
        || instruction.textValue().isBlank()
        || request.isArray() && request.size() > 2) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "call it as llm_query(instruction) or llm_query(instruction, content);"
              + " the instruction is a text that is not blank",
          null);
    }
    String piece =
        content == null || content.isNull()
            ? null
            : content.isTextual() ? content.textValue() : Json.text(content);
    int size = characters(instruction.textValue()) + (piece == null ? 0 : characters(piece));
    if (size > MOST_CHARACTERS) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "instruction and content have %s characters, and %s is the most; split the content"
              .formatted(Prompts.grouped(size), Prompts.grouped(MOST_CHARACTERS)),
          null);
    }
    return new Ask(instruction.textValue(), piece);
  }

  /** As Python counts them. */
  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  private ExecutorService threads() {
    if (threads == null) {
      threads =
          Executors.newFixedThreadPool(
              AT_ONCE,
              task -> {
                Thread thread = new Thread(task, "rlm-sub-call");
                thread.setDaemon(true);
                return thread;
              });
    }
    return threads;
  }
}
