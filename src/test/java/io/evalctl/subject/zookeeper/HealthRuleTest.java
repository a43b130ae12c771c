package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.zookeeper.HealthRule.Sighting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HealthRuleTest {
  private static final Sighting LEADER = serving("leader", 2);
  private static final Sighting FOLLOWER = serving("follower", 2);

  private static Sighting serving(String role, long epoch) {
    return new Sighting(new NodeHealth(Status.SERVING, role, ""), OptionalLong.of(epoch));
  }

  private static HealthSample judge(Sighting zk1, Sighting zk2, Sighting zk3) {
    Map<String, Sighting> sightings = new LinkedHashMap<>();
    sightings.put("zk1", zk1);
    sightings.put("zk2", zk2);
    sightings.put("zk3", zk3);
    return HealthRule.judge(7, 6, sightings);
  }

  @Test
  void isHealthyWhenAllServeOneLeadsAndEpochsAgree() {
    HealthSample sample = judge(FOLLOWER, LEADER, FOLLOWER);

    assertThat(sample.healthy()).isTrue();
    assertThat(sample.reason()).isEmpty();
    assertThat(sample.nanoTime()).isEqualTo(7);
    assertThat(sample.nodes().keySet()).containsExactly("zk1", "zk2", "zk3");
  }

  @Test
  void namesTheNodesThatDoNotServe() {
    Sighting down = new Sighting(new NodeHealth(Status.DOWN, "", ""), OptionalLong.empty());
    Sighting lost =
        new Sighting(new NodeHealth(Status.NOT_SERVING, "", "no quorum"), OptionalLong.empty());

    HealthSample sample = judge(down, lost, lost);

    assertThat(sample.healthy()).isFalse();
    assertThat(sample.reason())
        .isEqualTo("zk1 down; zk2 not serving (no quorum); zk3 not serving (no quorum); no leader");
  }

  @Test
  void isNotHealthyWithTwoLeaders() {
    assertThat(judge(LEADER, FOLLOWER, LEADER).reason())
        .isEqualTo("more than one leader: zk1, zk3");
  }

  @Test
  void isNotHealthyInDifferentEpochs() {
    assertThat(judge(serving("follower", 1), LEADER, FOLLOWER).reason())
        .isEqualTo("epochs differ: zk1 1, zk2 2, zk3 2");
  }

  @Test
  void isNotHealthyWhenAnEpochCannotBeRead() {
    Sighting unknown =
        new Sighting(new NodeHealth(Status.SERVING, "follower", ""), OptionalLong.empty());

    assertThat(judge(unknown, LEADER, FOLLOWER).reason())
        .isEqualTo("epochs differ: zk1 unknown, zk2 2, zk3 2");
  }
}
