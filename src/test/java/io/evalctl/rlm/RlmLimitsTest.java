package io.evalctl.rlm;

import static io.evalctl.rlm.FakeSandbox.calls;
import static io.evalctl.rlm.FakeSandbox.ends;
import static io.evalctl.rlm.FakeSandbox.prints;
import static io.evalctl.rlm.FakeSandbox.raises;
import static io.evalctl.rlm.RlmQueries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.TokenOrigin;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RlmLimitsTest {
  private final RlmQueries queries = new RlmQueries();

  @Test
  void iterations() {
    queries.limits = RlmLimits.DEFAULT.withIterations(3);
    queries.root.writes("a").writes("a").writes("a");
    queries.sandbox.on("a", prints("1")).partial = text("so far");

    RlmResult result = queries.ask();

    assertThat(result.status()).isEqualTo(RlmResult.Status.LIMIT_ITERATIONS);
    assertThat(result.limit()).isEqualTo("3 iterations");
    assertThat(result.answer()).isEqualTo(text("so far"));
    assertThat(queries.root.told(2)).contains("Your next reply is the last one: call FINAL");
    assertThat(queries.root.told(1)).doesNotContain("last one");
  }

  @Test
  void consecutiveErrors() {
    queries.root.writes("bad").writes("bad", "good");
    queries.root.writes("bad").says("hm").writes("bad").says("It is 9.").writes("good", "bad");
    queries.sandbox.on("bad", raises("KeyError")).on("good", prints("1"));

    RlmResult result = queries.ask();

    assertThat(result.status()).isEqualTo(RlmResult.Status.LIMIT_ERRORS);
    assertThat(result.iterations()).isEqualTo(7);
    assertThat(result.answer()).isEqualTo(text("It is 9."));
  }

  @Test
  void tokensOfBothModels() {
    queries.limits = RlmLimits.DEFAULT.withTokens(220L);
    queries.root.writes("a");
    queries.sub.says("yes");
    queries.sandbox.on("a", calls("llm_query", "really?"));

    RlmResult result = queries.ask();

    assertThat(result.status()).isEqualTo(RlmResult.Status.LIMIT_TOKENS);
    assertThat(result.limit()).isEqualTo("220 tokens (220 used)");
    assertThat(result.answer()).isNull();
    assertThat(result.root().output().tokens()).isEqualTo(10);
    assertThat(result.sub().cachedInput().tokens()).isEqualTo(40);
  }

  @Test
  void anAnswerAtTheLimitIsAnAnswer() {
    queries.limits = RlmLimits.DEFAULT.withTokens(110L).withIterations(1);
    queries.root.writes("a");
    queries.sandbox.on("a", ends(text("x")));
    assertThat(queries.ask().status()).isEqualTo(RlmResult.Status.FINISHED);
  }

  @Test
  void cost() {
    queries.dollarsPerMillion = Map.of("root", "10", "sub", "1");
    queries.limits = RlmLimits.DEFAULT.withCostUsd(0.0023);
    queries.root.writes("a").writes("a").writes("a");
    queries.sub.always((request, deadline) -> ScriptedModel.response("yes"));
    queries.sandbox.on("a", calls("llm_query", "really?"));

    RlmResult result = queries.ask();

    assertThat(result.status()).isEqualTo(RlmResult.Status.LIMIT_COST);
    assertThat(result.limit()).isEqualTo("$0.0023 ($0.002310 spent)");
    assertThat(result.costUsd()).isEqualTo(0.00231);
  }

  @Test
  void aCostThatCannotBeKnownCannotBeLimited() {
    queries.limits = RlmLimits.DEFAULT.withCostUsd(1.0);
    queries.dollarsPerMillion = Map.of("root", "10");
    assertThatThrownBy(() -> queries.ask()).hasMessageContaining("no price is known for mock:sub");
  }

  @Test
  void anUnknownCostIsNotZero() {
    queries.dollarsPerMillion = Map.of("root", "10");
    queries.root.writes("a", "b");
    queries.sub.says("yes");
    queries.sandbox.on("a", calls("llm_query", "really?")).on("b", ends(text("x")));
    assertThat(queries.ask().costUsd()).isNull();
  }

  @Test
  void subCalls() {
    queries.limits = RlmLimits.DEFAULT.withSubCalls(1);
    queries.root.writes("a", "a");
    queries.sub.says("yes");
    queries.sandbox.on("a", calls("llm_query", "really?"));

    RlmResult result = queries.ask();

    assertThat(result.status()).isEqualTo(RlmResult.Status.LIMIT_SUB_CALLS);
    assertThat(result.subCalls()).isEqualTo(1);
    assertThat(queries.sub.requests()).hasSize(1);
  }

  @Test
  void theLastSubCallIsNoLimitYet() {
    queries.limits = RlmLimits.DEFAULT.withSubCalls(1);
    queries.root.writes("a").writes("b");
    queries.sub.says("yes");
    queries.sandbox.on("a", calls("llm_query", "really?")).on("b", ends(text("x")));
    assertThat(queries.ask().status()).isEqualTo(RlmResult.Status.FINISHED);
  }

  @Test
  void timeIsOverInACall() {
    queries.limits = RlmLimits.DEFAULT.withTime(Duration.ofSeconds(100));
    queries.root.answers(
        (request, deadline) -> {
          assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(100));
          queries.time.sleep(deadline.remaining());
          throw new io.evalctl.llm.LlmException(
              io.evalctl.llm.LlmError.of(LlmErrorCode.TIMEOUT, "late", null), null);
        });

    RlmResult result = queries.ask();

    assertThat(result.status()).isEqualTo(RlmResult.Status.LIMIT_TIME);
    assertThat(result.limit()).isEqualTo("100s");
  }

  @Test
  void aCallThatIsLateByItselfIsAFailure() {
    queries.root.fails(LlmErrorCode.TIMEOUT);
    assertThat(queries.ask().status()).isEqualTo(RlmResult.Status.MODEL_FAILED);
  }

  @Test
  void timeIsOverInCodeAndBlocksGetNoMoreThanIsLeft() {
    queries.limits = RlmLimits.DEFAULT.withTime(Duration.ofSeconds(40));
    queries.root.writes("a", "a", "a");
    queries.sandbox.on(
        "a",
        functions -> {
          queries.time.sleep(Duration.ofSeconds(25));
          return prints("1").run(functions);
        });

    assertThat(queries.ask().status()).isEqualTo(RlmResult.Status.LIMIT_TIME);
    assertThat(queries.sandbox.timeouts)
        .containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(15));
  }

  @Test
  void aSumIsNoBetterKnownThanItsParts() {
    queries.root.writes("a").writes("a");
    queries.sandbox.on("a", prints("1"));
    queries.limits = RlmLimits.DEFAULT.withIterations(2);

    RlmResult result = queries.ask();

    assertThat(result.root().input().origin()).isEqualTo(TokenOrigin.REPORTED);
    assertThat(result.root().reasoning().tokens()).isEqualTo(6);
    assertThat(result.root().reasoning().origin()).isEqualTo(TokenOrigin.COUNTED);
    assertThat(result.sub().input().tokens()).isZero();
    assertThat(result.costUsd()).isNull();
  }

  @Test
  void aLimitThatLeavesRoomForNothingIsRefused() {
    assertThatThrownBy(() -> RlmLimits.DEFAULT.withTime(Duration.ZERO))
        .hasMessageContaining("time");
    assertThatThrownBy(() -> RlmLimits.DEFAULT.withCostUsd(Double.NaN))
        .hasMessageContaining("cost");
  }
}
