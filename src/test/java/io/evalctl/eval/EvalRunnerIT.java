package io.evalctl.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.CaseLimits;
import io.evalctl.eval.dataset.Dataset;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmSettings;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in this process, with a store, programs and mock models. */
class EvalRunnerIT {
  private static final TimeSource TIME = TimeSource.system();

  @TempDir Path directory;
  private ResultsStore store;

  @BeforeEach
  void open() {
    store = ResultsStore.open(directory.resolve("eval.db"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aRunsEnvironmentHoldsEveryServerThatItsCasesUsed() {
    Path dataset =
        write(
            "d.yaml",
            """
            task: exec
            exec: [cat]
            scorers: [{type: finished}]
            cases: [{name: first}, {name: second}, {name: third}]
            """);
    List<String> stored = new ArrayList<>();
    EvalRunRow run =
        start(
            plan(dataset, Dataset.NO_MODEL, CaseLimits.NONE),
            () -> {
              stored.add(store.evalRuns().require(1).environmentJson());
              // A sandbox is opened by the first case, a database by the second.
              ObjectNode facts = Json.object().put("sandbox", "docker");
              return stored.size() == 1 ? facts : facts.put("postgres", "18");
            });
    String all = "{\"os\":\"Linux\",\"sandbox\":\"docker\",\"postgres\":\"18\"}";
    assertThat(run.environmentJson()).isEqualTo(all);
    assertThat(stored)
        .as("what was there as each sample ended")
        .containsExactly("{\"os\":\"Linux\"}", "{\"os\":\"Linux\",\"sandbox\":\"docker\"}", all);
  }

  @Test
  void scoresStayWhenTheirJudgeCannotBeAskedAgain() throws IOException {
    Path judge =
        write(
            "judge.json",
            "{\"replies\":[{\"text\":\"{\\\"score\\\":1,\\\"reason\\\":\\\"r\\\"}\"}]}");
    Path dataset =
        write(
            "judged.yaml",
            """
            task: exec
            exec: [sh, -c, 'cat > /dev/null; echo "{\\"output\\": null}"']
            scorers: [{type: finished}, {type: judge, model: 'mock:judge.json', rubric: ok}]
            cases: [{name: nothing}]
            """);
    EvalPlan plan = plan(dataset, Dataset.NO_MODEL, CaseLimits.NONE);
    EvalRunRow run = start(plan, Json::object);
    EvalSampleRow sample = onlySample(run);
    assertThat(sample.passed()).isTrue();

    assertThat(rescore(run, plan)).as("null is an answer, still").isZero();
    Files.delete(judge);
    assertThatThrownBy(() -> rescore(run, plan))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("no mock file")
        .extracting(e -> ((EvalctlException) e).code())
        .isEqualTo(ErrorCode.MODEL_FAILED);
    assertThat(onlySample(run).status()).isEqualTo("finished");
    assertThat(onlySample(run).scores())
        .extracting(EvalSampleRow.Score::passed)
        .containsExactly(true, true);
  }

  @Test
  void aCostThatCannotBeKnownIsNotLimited() {
    write("m.json", "{\"replies\":[]}");
    Path dataset =
        write("chat.yaml", "{limits: {cost: 1}, cases: [{name: a, input: q, expected: x}]}");
    EvalPlan plan = plan(dataset, "mock:m.json", CaseLimits.NONE);
    assertThatThrownBy(() -> EvalPreflight.check(plan, settings(), TIME))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("no price is known for mock:m.json");
  }

  @Test
  void whatFailsWhileTheRunIsInterruptedSaysNothingOfItsCase() {
    write("m.json", "{\"replies\":[{\"text\":\"\",\"error\":{\"status\":400}}]}");
    Path dataset = write("chat.yaml", "cases: [{name: a, input: q, expected: x}]");
    EvalPlan plan = plan(dataset, "mock:m.json", CaseLimits.NONE);
    assertThatThrownBy(() -> start(plan, Json::object, new Interrupting()))
        .isInstanceOf(EvalctlException.class)
        .extracting(e -> ((EvalctlException) e).code())
        .isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store.evalSamples().ofRun(1)).isEmpty();
    assertThat(store.evalRuns().require(1).status()).isEqualTo(RunStatus.INTERRUPTED);
  }

  private EvalSampleRow onlySample(EvalRunRow run) {
    List<EvalSampleRow> samples = store.evalSamples().ofRun(run.id());
    assertThat(samples).hasSize(1);
    return samples.get(0);
  }

  private int rescore(EvalRunRow run, EvalPlan plan) {
    try (ChatModels models = models()) {
      return new Rescorer(store, models, TIME).rescore(run, plan).changed();
    }
  }

  private EvalRunRow start(EvalPlan plan, Supplier<ObjectNode> facts) {
    return start(plan, facts, EvalListener.SILENT);
  }

  private EvalRunRow start(EvalPlan plan, Supplier<ObjectNode> facts, EvalListener listener) {
    try (ChatModels models = models()) {
      EvalResources resources = new EvalResources("r", models, null, null, directory, null, facts);
      return new EvalLauncher(store, resources, ErrorBudget.UNLIMITED, null, listener, TIME)
          .start(plan, Json.object().put("os", "Linux"))
          .get(0);
    }
  }

  private ChatModels models() {
    return new ChatModels(settings(), TIME, new Random(1), CallListener.NONE);
  }

  private LlmSettings settings() {
    return new LlmSettings(Map.of(), directory, null, null, null);
  }

  private static EvalPlan plan(Path dataset, String model, CaseLimits limits) {
    return EvalPlan.of(
        new EvalRequest(
            dataset.toString(),
            null,
            List.of(model),
            List.of(),
            null,
            1,
            "mean",
            null,
            false,
            limits),
        dataset);
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As a signal does it, once a case is under way. */
  private static final class Interrupting implements EvalListener {
    @Override
    public void runStarted(EvalRunRow run, EvalPlan plan, List<EvalSampleRow> done) {}

    @Override
    public void activity(String caseName, int epoch, String what, Duration limit) {
      Thread.currentThread().interrupt();
    }

    @Override
    public void sampleFinished(EvalSampleRow sample) {}

    @Override
    public void runFinished(EvalRunRow run) {}

    @Override
    public void warning(String text) {}
  }
}
