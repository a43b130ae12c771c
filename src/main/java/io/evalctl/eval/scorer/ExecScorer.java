package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import io.evalctl.text.Json;
import java.time.Duration;
import java.util.List;

/**
 * A program judges. It gets {@code {"case","input","expected","output","text","finished"}} on its
 * standard input and the case's variables in its environment, and works in the dataset's directory.
 * It answers with {@code {"value":0.5,"passed":false,"reason":"..."}}, of which value or passed is
 * enough, or with its exit code: 0 passed, 1 failed. Everything else is an error of the program.
 *
 * @param threshold from which value on it passed, where the program does not say
 */
record ExecScorer(String label, List<String> command, Duration timeout, double threshold)
    implements Scorer {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final int MOST_OUTPUT_BYTES = 1 << 20;

  static Scorer read(String label, Fields fields) {
    fields.knows("command", "timeout", "threshold");
    fields.require("command");
    Duration timeout = fields.duration("timeout");
    return new ExecScorer(
        label,
        fields.texts("command"),
        timeout == null ? DEFAULT_TIMEOUT : timeout,
        Thresholds.read(fields, 1));
  }

  /** A program may look into the database, and would take none for an empty one. */
  @Override
  public boolean judgesWithout(QueryAnswers answers) {
    return !answers.databaseGone();
  }

  @Override
  public Score score(Evidence evidence) {
    if (!judgesWithout(evidence.queries())) {
      evidence.database();
    }
    Duration left = evidence.deadline().remaining();
    Program program =
        new Program(
            command,
            evidence.directory(),
            evidence.environment(),
            Json.write(input(evidence)),
            MOST_OUTPUT_BYTES);
    ProgramEnd end =
        program.run(
            Deadline.in(left.compareTo(timeout) < 0 ? left : timeout, evidence.deadline().time()));
    if (end.timedOut()) {
      throw failure(evidence, end, "did not end within " + timeout.toMillis() + " ms");
    }
    if (end.truncated()) {
      throw failure(evidence, end, "printed more than " + MOST_OUTPUT_BYTES + " bytes");
    }
    if (end.exitCode() != 0 && end.exitCode() != 1) {
      throw failure(evidence, end, "ended with exit code " + end.exitCode() + end.exitMeaning());
    }
    if (end.out().stripLeading().startsWith("{")) {
      return answer(evidence, end);
    }
    String said = end.out().isBlank() ? end.err() : end.out();
    return Score.of(
        end.exitCode() == 0,
        said.isBlank() ? "exit code " + end.exitCode() : JsonValues.shown(said));
  }

  private static ObjectNode input(Evidence evidence) {
    ObjectNode input = Json.object();
    input.put("case", evidence.caseName());
    input.set("input", evidence.input());
    input.set("expected", evidence.expected());
    input.set("output", evidence.output());
    input.put("text", evidence.text());
    input.put("finished", evidence.finished());
    return input;
  }

  private Score answer(Evidence evidence, ProgramEnd end) {
    JsonNode answer =
        JsonValues.parse(end.out())
            .orElseThrow(() -> failure(evidence, end, "printed what is not quite JSON"));
    JsonNode value = answer.path("value");
    JsonNode passed = answer.path("passed");
    JsonNode reason = answer.path("reason");
    boolean usable =
        (value.isMissingNode() || value.isNumber() && inRange(value.doubleValue()))
            && (passed.isMissingNode() || passed.isBoolean())
            && (reason.isMissingNode() || reason.isTextual())
            && !(value.isMissingNode() && passed.isMissingNode());
    if (!usable) {
      throw failure(
          evidence, end, "must print a value from 0 to 1 or passed (true or false), and a reason");
    }
    boolean pass =
        passed.isMissingNode() ? value.doubleValue() >= threshold : passed.booleanValue();
    return new Score(
        value.isMissingNode() ? (pass ? 1 : 0) : value.doubleValue(),
        pass,
        reason.asText("no reason given"));
  }

  private static boolean inRange(double value) {
    return value >= 0 && value <= 1;
  }

  private EvalctlException failure(Evidence evidence, ProgramEnd end, String what) {
    String said = end.err().isBlank() ? end.out() : end.err();
    return ScorerFailure.of(
        label,
        evidence,
        "failed: " + command.get(0) + " " + what,
        said.isBlank() ? null : "it said: " + JsonValues.shown(said),
        null);
  }
}
