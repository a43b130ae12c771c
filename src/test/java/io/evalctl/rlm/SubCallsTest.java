package io.evalctl.rlm;

import static io.evalctl.rlm.FakeSandbox.array;
import static io.evalctl.rlm.FakeSandbox.calls;
import static io.evalctl.rlm.FakeSandbox.ends;
import static io.evalctl.rlm.RlmQueries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.Usage;
import io.evalctl.text.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class SubCallsTest {
  private final RlmQueries queries = new RlmQueries();

  @Test
  void asksTheSubModelAboutAPiece() {
    queries.sub.says("four");
    assertThat(printed("llm_query", "How many wheels?", "A cart has four wheels."))
        .contains("\"four\"");
    String prompt = queries.sub.told(0);
    assertThat(prompt)
        .startsWith("How many wheels?\n\n<<<CONTENT ")
        .contains("\nA cart has four wheels.\nCONTENT ");
  }

  @Test
  void takesALongRussianPieceWhole() {
    queries.sub.says("да");
    String piece = "ы".repeat(200_000);
    assertThat(printed("llm_query", "Что это?", piece)).contains("да");
    assertThat(queries.sub.told(0)).contains(piece);
  }

  @Test
  void charactersAreThoseOfPython() {
    queries.sub.says("ok");
    assertThat(printed("llm_query", "a", "\uD83D\uDE00".repeat(499_999))).contains("ok");
  }

  @Test
  void anOversizePieceRaisesAndIsNoAnswer() {
    assertThat(printed("llm_query", "ab", "x".repeat(499_999)))
        .contains("raised an exception")
        .contains("have 500,001 characters, and 500,000 is the most");
    assertThat(queries.sub.requests()).isEmpty();
  }

  @Test
  void wrongArgumentsRaise() {
    assertThat(printed("llm_query", " ")).contains("call it as llm_query(instruction)");
    assertThat(printed("llm_query", "a", "b", "c")).contains("call it as llm_query(instruction)");
    assertThat(printed("llm_query_batched", "a")).contains("call it as llm_query_batched(");
  }

  @Test
  void contentThatIsNoTextIsGivenAsJson() {
    queries.sub.says("ok");
    printed("llm_query", "Which?", array("a", JsonNodeFactory.instance.numberNode(7)));
    assertThat(queries.sub.told(0)).contains("\n[\"a\",7]\n");
  }

  @Test
  void aSubCallThatFailsRaisesAndTheNextOneWorks() {
    queries.sub.fails(LlmErrorCode.SERVER_ERROR);
    assertThat(printed("llm_query", "a"))
        .contains("RuntimeError: the sub-call failed: SERVER_ERROR");
    queries.sub.answers(
        (request, deadline) -> {
          throw new IllegalStateException("a defect");
        });
    assertThat(printed("llm_query", "a")).contains("llm_query failed in evalctl", "a defect");
    queries.sub.says("better");
    assertThat(printed("llm_query", "a")).contains("better");
  }

  @Test
  void eachOfABatchHasItsOwnResultOrError() throws Exception {
    queries.sub.always(
        (request, deadline) -> {
          String asked = request.messages().get(1).text();
          if (asked.startsWith("fail")) {
            throw new IllegalStateException("a defect");
          }
          return ScriptedModel.response("about " + asked.lines().findFirst().orElseThrow());
        });
    JsonNode requests =
        array(
            "one",
            array("two", "content"),
            "fail",
            "x".repeat(500_001),
            Json.read("{\"instruction\":\"five\",\"content\":null}"),
            Json.read("{\"content\":\"six\"}"));

    JsonNode results = result("llm_query_batched", requests);

    assertThat(results).hasSize(6);
    assertThat(results.get(0).toString()).isEqualTo("{\"result\":\"about one\",\"error\":null}");
    assertThat(results.get(1).path("result").asText()).isEqualTo("about two");
    assertThat(results.get(2).path("error").asText()).contains("a defect");
    assertThat(results.get(2).path("result").isNull()).isTrue();
    assertThat(results.get(3).path("error").asText()).contains("split the content");
    assertThat(results.get(4).path("result").asText()).isEqualTo("about five");
    assertThat(results.get(5).path("error").asText()).contains("call it as");
  }

  @Test
  void oneInstructionForManyPieces() throws Exception {
    queries.sub.always((request, deadline) -> ScriptedModel.response("ok"));
    assertThat(result("llm_query_batched", "Which?", array("a", "b"))).hasSize(2);
    assertThat(queries.sub.requests()).hasSize(2);
    assertThat(result("llm_query_batched", array())).isEmpty();
  }

  @Test
  void fourOfABatchRunAtOnce() throws Exception {
    CyclicBarrier four = new CyclicBarrier(4);
    queries.sub.always(
        (request, deadline) -> {
          try {
            four.await(10, TimeUnit.SECONDS);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("not four at once", e);
          }
          return ScriptedModel.response("ok");
        });
    JsonNode results = result("llm_query_batched", array("a", "b", "c", "d", "e", "f", "g", "h"));
    assertThat(results).allMatch(each -> each.path("result").asText().equals("ok"));
  }

  @Test
  void theThreadsEndWithTheQuery() throws Exception {
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    queries.sub.always(
        (request, deadline) -> {
          threads.add(Thread.currentThread());
          return ScriptedModel.response("ok");
        });
    result("llm_query_batched", array("a", "b", "c", "d", "e"));
    assertThat(threads).hasSize(5).doesNotContain(Thread.currentThread());
    for (Thread thread : threads) {
      thread.join(10_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void anInterruptEndsABatchAndItsThreads() throws Exception {
    Thread query = Thread.currentThread();
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    CyclicBarrier four = new CyclicBarrier(4, query::interrupt);
    queries.sub.always(
        (request, deadline) -> {
          threads.add(Thread.currentThread());
          try {
            four.await();
            new CountDownLatch(1).await();
          } catch (InterruptedException | BrokenBarrierException e) {
            throw EvalctlException.interrupted("calling");
          }
          return ScriptedModel.response("never");
        });
    assertThatThrownBy(() -> result("llm_query_batched", array("a", "b", "c", "d", "e", "f")))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
    assertThat(Thread.interrupted()).isFalse();
    for (Thread thread : threads) {
      thread.join(10_000);
      assertThat(thread.isAlive()).isFalse();
    }
    assertThat(queries.sandbox.closed).isEqualTo(1);
  }

  @Test
  void whatTheLimitLeavesOfABatchIsAskedInOrder() throws Exception {
    queries.limits = RlmLimits.DEFAULT.withSubCalls(2);
    queries.sub.always((request, deadline) -> ScriptedModel.response("ok"));
    JsonNode results = result("llm_query_batched", array("a", "b", "c", "d"));
    assertThat(results.get(1).path("result").asText()).isEqualTo("ok");
    assertThat(results.get(2).path("error").asText()).contains("limit is reached: 2 sub-calls");
    assertThat(results.get(3).path("result").isNull()).isTrue();
    assertThat(queries.sub.requests()).hasSize(2);
  }

  @Test
  void usageIsToldWithWhoCausedIt() {
    queries.dollarsPerMillion = Map.of("root", "1", "sub", "2");
    queries.listener =
        new RlmListener() {
          @Override
          public void iterationStarted(int number, int most) {
            queries.heard.add("iteration " + number + "/" + most);
          }

          @Override
          public void step(Step step) {
            queries.heard.add(step.name());
          }

          @Override
          public void used(
              Caller caller, ModelId model, Usage usage, BigDecimal cost, BigDecimal total) {
            queries.heard.add(
                "%s %s %d %s %s"
                    .formatted(
                        caller,
                        model,
                        usage.input().tokens(),
                        usage.reasoning().origin().label(),
                        total.toPlainString()));
          }
        };
    queries.sub.says("four");
    printed("llm_query", "a");
    assertThat(queries.heard)
        .containsExactly(
            "iteration 1/20",
            "ASKING",
            "ROOT mock:root 100 counted 0.000110",
            "RUNNING_CODE",
            "SUB_CALL",
            "SUB_CALL mock:sub 100 counted 0.000330",
            "iteration 2/20",
            "ASKING",
            "ROOT mock:root 100 counted 0.000440",
            "RUNNING_CODE",
            "CHECKING_CITATIONS");
  }

  /** What the root model is told of the call. */
  private String printed(String function, Object... arguments) {
    int before = queries.root.requests().size();
    queries.root.writes("call").writes("end");
    queries.sandbox.on("call", calls(function, arguments)).on("end", ends(text("x")));
    queries.ask("doc");
    return queries.root.told(before + 1);
  }

  /** What the call gives in the sandbox. */
  private JsonNode result(String function, Object... arguments) throws Exception {
    List<String> printed = new ArrayList<>();
    queries.root.writes("call", "end");
    queries.sandbox.on(
        "call",
        functions -> {
          var execution = calls(function, arguments).run(functions);
          printed.add(execution.stdout());
          return execution;
        });
    queries.sandbox.on("end", ends(text("x")));
    queries.ask("doc");
    return Json.read(printed.get(0));
  }
}
