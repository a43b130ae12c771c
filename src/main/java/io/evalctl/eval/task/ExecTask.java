package io.evalctl.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.llm.Usage;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import io.evalctl.results.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a program: the case as JSON on its standard input, its answer on standard output, as JSON
 * {@code {"output":...,"usage":{"inputTokens","outputTokens","costUsd"}}} or as plain text. What it
 * leaves behind is ended with it. Stateless.
 */
public final class ExecTask implements Task {
  private static final int MOST_OUTPUT_BYTES = 16 << 20;
  private static final int SHOWN_ERROR = 500;

  private final List<String> command;
  private final Path directory;

  /**
   * @param directory in which the program works: the dataset's
   */
  public ExecTask(List<String> command, Path directory) {
    this.command = List.copyOf(command);
    this.directory = directory;
  }

  @Override
  public TaskResult run(TaskContext context) {
    Program program =
        new Program(
            command,
            directory,
            variables(context),
            input(context.evalCase()).toString().getBytes(StandardCharsets.UTF_8),
            MOST_OUTPUT_BYTES);
    ProgramEnd end = program.run(context.deadline());
    ObjectNode detail =
        Json.object()
            .put("exitCode", end.exitCode())
            .put("truncated", end.truncated())
            .put("stderr", end.err());
    if (end.timedOut()) {
      return TaskResult.limited(TextNode.valueOf(end.out().strip()), "time", detail);
    }
    if (end.exitCode() != 0) {
      throw new EvalctlException(
          ErrorCode.TASK_FAILED,
          "%s ended with exit code %d%s%s"
              .formatted(command.get(0), end.exitCode(), end.exitMeaning(), said(end.err())),
          null);
    }
    if (end.truncated()) {
      throw new EvalctlException(
          ErrorCode.TASK_FAILED,
          "%s printed more than %d MiB".formatted(command.get(0), MOST_OUTPUT_BYTES >> 20),
          null);
    }
    return answer(end.out(), detail, context.spending());
  }

  /** The case as the program sees it; what is expected stays out of it. */
  private static ObjectNode input(EvalCase evalCase) {
    ObjectNode node = Json.object().put("name", evalCase.name());
    evalCase.tags().forEach(node.putArray("tags")::add);
    node.set("input", evalCase.input());
    evalCase.documents().forEach(file -> node.withArray("documents").add(file.toString()));
    return node;
  }

  private static Map<String, String> variables(TaskContext context) {
    Map<String, String> variables = new HashMap<>();
    if (context.database() != null) {
      variables.putAll(context.database().environment());
    }
    variables.put("EVALCTL_RUN_ID", context.runId());
    variables.put("EVALCTL_RUN_MODEL", context.modelName());
    variables.put("EVALCTL_RUN_CASE", context.evalCase().name());
    variables.put("EVALCTL_RUN_DIR", context.directory().toString());
    // A small program may use evalctl's own Java and drivers.
    variables.put(
        "EVALCTL_RUN_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    variables.put("EVALCTL_RUN_CLASSPATH", System.getProperty("java.class.path"));
    return variables;
  }

  /** An object with {@code output} is taken apart; anything else is the answer's text. */
  private static TaskResult answer(String out, ObjectNode detail, Spending spending) {
    JsonNode printed;
    try {
      printed = io.evalctl.text.Json.read(out);
    } catch (IOException e) {
      printed = null;
    }
    if (printed == null || !printed.isObject() || !printed.has("output")) {
      return TaskResult.finished(TextNode.valueOf(out.strip()), detail);
    }
    JsonNode usage = printed.path("usage");
    if (usage.isObject()) {
      spending.addClaimed(
          count(usage.path("inputTokens")),
          count(usage.path("outputTokens")),
          cost(usage.path("costUsd")));
      detail.set("claimedUsage", usage);
    }
    return TaskResult.finished(printed.get("output"), detail);
  }

  private static Long count(JsonNode node) {
    boolean count =
        node.isNumber()
            && node.canConvertToLong()
            && node.longValue() >= 0
            && node.longValue() <= Usage.MOST_TOKENS;
    return count ? (Long) node.longValue() : null;
  }

  private static BigDecimal cost(JsonNode node) {
    return node.isNumber() && node.decimalValue().signum() >= 0 ? node.decimalValue() : null;
  }

  private static String said(String err) {
    String text = err.strip();
    if (text.isEmpty()) {
      return " and said nothing on stderr";
    }
    return ": "
        + (text.length() > SHOWN_ERROR ? "…" + text.substring(text.length() - SHOWN_ERROR) : text);
  }
}
