package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  private static final HealthSample HEALTHY = sample("follower", "leader", "follower");

  private static HealthSample sample(String... roles) {
    Map<String, NodeHealth> nodes = new LinkedHashMap<>();
    for (String role : roles) {
      Status status = role.isEmpty() ? Status.DOWN : Status.SERVING;
      nodes.put("zk" + (nodes.size() + 1), new NodeHealth(status, role, ""));
    }
    return new HealthSample(0, 0, true, "", nodes);
  }

  private static Target choose(ChaosType type, String target, HealthSample health, long seed) {
    return Target.choose(
        new FaultRequest(type, target, Map.of()), health, new SplittableRandom(seed));
  }

  @Test
  void nameIsTakenAsItIs() {
    assertThat(choose(ChaosType.NODE_KILL, "zk3", HEALTHY, 1))
        .isEqualTo(new Target("zk3", "follower"));
  }

  @Test
  void roleIsLookedUp() {
    assertThat(choose(ChaosType.NODE_STOP, "leader", HEALTHY, 1))
        .isEqualTo(new Target("zk2", "leader"));
    assertThat(
            IntStream.range(0, 50).mapToObj(s -> choose(ChaosType.LATENCY, "follower", HEALTHY, s)))
        .extracting(Target::node)
        .containsOnly("zk1", "zk3")
        .contains("zk1", "zk3");
  }

  @Test
  void anyIsDrawnFromAllAndTheSameSeedDrawsTheSame() {
    assertThat(IntStream.range(0, 50).mapToObj(s -> choose(ChaosType.NODE_KILL, "any", HEALTHY, s)))
        .extracting(Target::node)
        .contains("zk1", "zk2", "zk3");
    assertThat(choose(ChaosType.NODE_KILL, "any", HEALTHY, 9))
        .isEqualTo(choose(ChaosType.NODE_KILL, "any", HEALTHY, 9));
  }

  /** The arms of one seed: the election has another winner in each. */
  @Test
  void theSameSeedDrawsTheSameRoleWhoeverLeads() {
    List<HealthSample> elections =
        List.of(
            HEALTHY,
            sample("leader", "follower", "follower"),
            sample("follower", "follower", "leader"));
    for (long seed = 0; seed < 50; seed++) {
      long drawn = seed;
      assertThat(elections.stream().map(each -> choose(ChaosType.NODE_KILL, "any", each, drawn)))
          .extracting(Target::role)
          .containsOnly(choose(ChaosType.NODE_KILL, "any", HEALTHY, seed).role());
    }
    assertThat(IntStream.range(0, 50).mapToObj(s -> choose(ChaosType.NODE_KILL, "any", HEALTHY, s)))
        .extracting(Target::role)
        .contains("leader", "follower");
  }

  @ParameterizedTest
  @ValueSource(strings = {"any", "leader", "zk2"})
  void leaderKillHitsTheLeader(String target) {
    assertThat(choose(ChaosType.LEADER_KILL, target, HEALTHY, 1))
        .isEqualTo(new Target("zk2", "leader"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"follower", "zk1"})
  void leaderKillRefusesAFollower(String target) {
    assertThatThrownBy(() -> choose(ChaosType.LEADER_KILL, target, HEALTHY, 1))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TARGET);
              assertThat(e.hint()).contains("zk2");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"zk4", "observer", "", "ZK1"})
  void unknownTargetIsRefusedWithTheChoices(String target) {
    assertThatThrownBy(() -> choose(ChaosType.NONE, target, HEALTHY, 1))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TARGET);
              assertThat(e.hint()).isEqualTo("targets: zk1, zk2, zk3, leader, follower, any");
            });
  }

  @Test
  void roleThatNobodyHasIsRefused() {
    assertThatThrownBy(
            () -> choose(ChaosType.LEADER_KILL, "any", sample("follower", "", "follower"), 1))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SUBJECT_UNHEALTHY));
  }
}
