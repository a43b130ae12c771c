package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three nodes whose state is a configuration and a process, each told by a letter and a number. */
class TrialPairTest {
  private static final Instant START = Instant.parse("2026-11-20T20:12:03Z");

  @Test
  void theBaselineDoesNoHarm() {
    assertThat(harm(trial(Arm.BASELINE, "n1", "leader", "a1 b2 c3", "a1 x2 c9"))).isEmpty();
    assertThat(harm(trial(Arm.AGENT, "n1", "leader", "a1 b2 c3", "x9 x2 c9")))
        .extracting(JsonNode::toString)
        .containsExactly(
            "{\"configSha256\":{\"before\":\"b\",\"after\":\"x\"}}",
            "{\"pid\":{\"before\":\"3\",\"after\":\"9\"}}");
  }

  /** A system that rewrites its own configuration, whose values differ each time. */
  @Test
  void whatTheBaselineShowsAsWellIsNotTheOperatorsDoing() {
    TrialRow agent = trial(Arm.AGENT, "n1", "leader", "a1 b2 c3", "a1 x2 y9");
    TrialRow baseline = trial(Arm.BASELINE, "n1", "leader", "a1 b2 c3", "a1 v2 w3");
    TrialPair pair = TrialPair.of(baseline, List.of(agent)).orElseThrow().compared();

    assertThat(pair.agent().collateralJson())
        .isEqualTo("{\"n3\":{\"pid\":{\"before\":\"3\",\"after\":\"9\"}}}");
    assertThat(pair.baseline().collateralJson()).isEqualTo("{}");
    assertThat(pair.agent().flagsJson()).isEqualTo("[]");
    assertThat(TrialPair.of(agent, List.of(baseline)).orElseThrow().compared()).isEqualTo(pair);
  }

  /** The draw is by role: n1 leads in one trial and n2 in the other, and each is hit there. */
  @Test
  void aNodeThatTheBaselineHitIsComparedWithTheOneThatItDidNot() {
    TrialRow agent = trial(Arm.AGENT, "n1", "leader", "a1 b2 c3", "a1 x2 y3");
    TrialRow baseline = trial(Arm.BASELINE, "n2", "leader", "a1 b2 c3", "x1 b2 c3");
    TrialPair pair = TrialPair.of(agent, List.of(baseline)).orElseThrow().compared();

    assertThat(pair.agent().collateralJson())
        .isEqualTo("{\"n3\":{\"configSha256\":{\"before\":\"c\",\"after\":\"y\"}}}");
  }

  @Test
  void aPairThatHitDifferentRolesIsFlaggedOnce() {
    TrialRow agent = trial(Arm.AGENT, "n1", "leader", "a1 b2 c3", "a1 b2 c3");
    TrialRow baseline = trial(Arm.BASELINE, "n1", "follower", "a1 b2 c3", "a1 b2 c3");
    TrialPair pair = TrialPair.of(agent, List.of(baseline)).orElseThrow().compared();

    assertThat(pair.agent().flagsJson()).isEqualTo("[\"pair-role-differs\"]");
    assertThat(pair.baseline().flagsJson()).isEqualTo("[\"pair-role-differs\"]");
    assertThat(pair.compared()).isEqualTo(pair);
  }

  @Test
  void onlyAValidCounterpartOfTheSameSeedMakesAPair() {
    TrialRow agent = trial(Arm.AGENT, "n1", "leader", "a1 b2 c3", "a1 b2 c3");
    TrialRow control = trial(Arm.CONTROL, "n1", "leader", "a1 b2 c3", "a1 b2 c3");

    assertThat(TrialPair.of(agent, List.of(agent, control))).isEmpty();
    assertThat(TrialPair.of(control, List.of(agent))).isEmpty();
  }

  private static List<JsonNode> harm(TrialRow row) {
    List<JsonNode> nodes = new java.util.ArrayList<>();
    Collateral.of(row).forEach(nodes::add);
    return nodes;
  }

  private static String state(String nodes) {
    var state = Json.object();
    for (String node : nodes.split(" ")) {
      state
          .putObject("n" + (state.size() + 1))
          .put("configSha256", node.substring(0, 1))
          .put("pid", node.substring(1));
    }
    return state.toString();
  }

  private static TrialRow trial(Arm arm, String target, String role, String before, String after) {
    return new TrialRow(
        1,
        1,
        START,
        START,
        null,
        null,
        START,
        state(before),
        state(after),
        Json.object().put("role", role).toString(),
        "[]",
        1,
        1,
        arm.label(),
        42,
        target,
        "healed",
        "agent",
        null,
        START,
        null,
        null,
        null,
        null,
        null,
        0L,
        "{}",
        "{}",
        "{}",
        "[]",
        null,
        null);
  }
}
