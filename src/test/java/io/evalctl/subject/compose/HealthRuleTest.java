package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.question.Standing;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.compose.ContainerLook.State;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthRuleTest {
  private static final Standing PASSING =
      Standing.UNKNOWN.after(Optional.empty(), true, -1, 0, 1, 1);
  private static final Standing REFUSING =
      Standing.UNKNOWN.after(Optional.of("HTTP 503"), true, -1, 0, 1, 1);
  private static final Standing SILENT =
      Standing.UNKNOWN.after(Optional.of("no answer"), false, -1, 0, 1, 1);

  private final Map<String, HealthRule.Sight> sights = new LinkedHashMap<>();

  HealthRuleTest() {
    sights.put("a", sight(State.RUNNING, PASSING, true));
    sights.put("b", sight(State.RUNNING, PASSING, false));
    sights.put("c", new HealthRule.Sight(look(State.RUNNING), List.of(PASSING), Optional.empty()));
  }

  private static HealthRule.Sight sight(State state, Standing standing, boolean leads) {
    return new HealthRule.Sight(
        look(state), List.of(PASSING, standing), Optional.of(leads ? PASSING : REFUSING));
  }

  private static Optional<ContainerLook> look(State state) {
    return Optional.of(new ContainerLook("s", "id", "name", state, "as docker says"));
  }

  private HealthSample judge() {
    return HealthRule.judge(7, 6, sights, true, List.of(), Map.of("stores", PASSING));
  }

  @Test
  void allServeAndOneLeads() {
    HealthSample sample = judge();

    assertThat(sample.healthy()).isTrue();
    assertThat(sample.reason()).isEmpty();
    assertThat(sample.nodes().values()).allMatch(node -> node.status() == Status.SERVING);
    assertThat(sample.nodes().values())
        .extracting("role")
        .containsExactly("leader", "follower", "");
  }

  @Test
  void aNodeIsWhatItsContainerAndItsProbesSay() {
    sights.put("a", sight(State.STOPPED, PASSING, true));
    assertThat(judge().nodes().get("a").status()).isEqualTo(Status.DOWN);
    assertThat(judge().reason()).isEqualTo("a is down (as docker says), no leader");

    sights.put("a", sight(State.PAUSED, PASSING, true));
    assertThat(judge().nodes().get("a").status()).isEqualTo(Status.UNRESPONSIVE);

    sights.put("a", sight(State.RUNNING, SILENT, true));
    assertThat(judge().nodes().get("a").status()).isEqualTo(Status.UNRESPONSIVE);

    sights.put("a", sight(State.RUNNING, REFUSING, true));
    assertThat(judge().nodes().get("a").status()).isEqualTo(Status.NOT_SERVING);
    assertThat(judge().nodes().get("a").detail()).isEqualTo("HTTP 503");
    assertThat(judge().nodes().get("a").role()).isEmpty();

    sights.put("a", new HealthRule.Sight(Optional.empty(), List.of(PASSING), Optional.of(PASSING)));
    assertThat(judge().nodes().get("a").detail()).isEqualTo("no container");
  }

  @Test
  void theWholeIsNotHealthyForOtherReasonsEither() {
    sights.put("b", sight(State.RUNNING, PASSING, true));
    assertThat(judge().reason()).isEqualTo("2 leaders");

    sights.put("a", sight(State.RUNNING, PASSING, false));
    assertThat(judge().healthy()).isTrue();
    assertThat(
            HealthRule.judge(7, 6, sights, true, List.of("container x ended"), Map.of()).reason())
        .isEqualTo("container x ended");
    assertThat(HealthRule.judge(7, 6, sights, true, List.of(), Map.of("stores", SILENT)).reason())
        .isEqualTo("stores: no answer");
    assertThat(HealthRule.judge(7, 6, sights, false, List.of(), Map.of()).healthy()).isFalse();
  }

  /** A node that hangs does not show before its answer is overdue. */
  @Test
  void isKnownUpToTheOldestQuestionThatItRestsOn() {
    assertThat(judge().asOfNanos()).isEqualTo(-1);
    Standing later = Standing.UNKNOWN.after(Optional.empty(), true, 4, 5, 1, 1);
    sights.replaceAll(
        (name, sight) ->
            new HealthRule.Sight(sight.container(), List.of(later), Optional.of(PASSING)));
    assertThat(judge().asOfNanos()).as("leads").isEqualTo(-1);
    sights.replaceAll(
        (name, sight) ->
            new HealthRule.Sight(sight.container(), List.of(later), Optional.of(later)));
    assertThat(judge().asOfNanos()).as("the whole").isEqualTo(-1);
    assertThat(HealthRule.judge(7, 6, sights, true, List.of(), Map.of()).asOfNanos()).isEqualTo(4);
    assertThat(HealthRule.judge(7, 3, sights, true, List.of(), Map.of()).asOfNanos())
        .as("the containers")
        .isEqualTo(3);
  }

  @Test
  void thresholdsCountAnswersInARow() {
    Standing now = Standing.UNKNOWN;
    assertThat(now.passing()).isFalse();
    now = now.after(Optional.empty(), true, 10, 11, 2, 3);
    assertThat(now.passing()).as("the first look decides").isTrue();
    now = now.after(Optional.of("bad"), true, 20, 21, 2, 3);
    assertThat(now.passing()).as("one bad of two").isTrue();
    assertThat(now.asOfNanos()).as("the good one").isEqualTo(10);
    now =
        now.after(Optional.empty(), true, 30, 31, 2, 3)
            .after(Optional.of("bad"), true, 40, 41, 2, 3);
    assertThat(now.passing()).as("not in a row").isTrue();
    now = now.after(Optional.of("worse"), true, 50, 51, 2, 3);
    assertThat(now.passing()).isFalse();
    assertThat(now.reason()).isEqualTo("worse");
    assertThat(now.asOfNanos()).isEqualTo(50);
    now =
        now.after(Optional.empty(), true, 60, 61, 2, 3).after(Optional.empty(), true, 70, 71, 2, 3);
    assertThat(now.passing()).as("two good of three").isFalse();
    assertThat(now.after(Optional.empty(), true, 80, 81, 2, 3).passing()).isTrue();
  }

  @Test
  void aLookThatIsTooOldCountsAsFailing() {
    long second = Duration.ofSeconds(1).toNanos();

    assertThat(PASSING.asOf(second, Duration.ofSeconds(1)).passing()).isTrue();
    assertThat(PASSING.asOf(second + 1, Duration.ofSeconds(1)).passing()).isFalse();
    assertThat(PASSING.asOf(3 * second, Duration.ofSeconds(1)).reason())
        .isEqualTo("no look for 3.0s");
    assertThat(Standing.UNKNOWN.asOf(3 * second, Duration.ofSeconds(1)).reason())
        .isEqualTo("not seen yet");
  }
}
