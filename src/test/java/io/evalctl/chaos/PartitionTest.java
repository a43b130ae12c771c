package io.evalctl.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private static final List<String> THREE = List.of("a", "b", "c");
  private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");

  private static Partition of(String kind, String target, List<String> nodes, long seed) {
    return Partition.of(kind, target, nodes, new SplittableRandom(seed));
  }

  private static boolean hear(Partition partition, String one, String other) {
    Link there = new Link(one, other);
    assertThat(partition.cut().contains(there))
        .isEqualTo(partition.cut().contains(there.reverse()));
    return !partition.cut().contains(there);
  }

  @Test
  void isolatedNodeIsCutFromAllOthersWhoHearEachOther() {
    Partition partition = of("isolate", "b", THREE, 1);
    assertThat(partition.targets()).containsExactly("b");
    assertThat(partition.cut())
        .containsExactlyInAnyOrder(
            new Link("b", "a"), new Link("a", "b"), new Link("b", "c"), new Link("c", "b"));
  }

  @Test
  void smallerHalfHoldsTheTarget() {
    Partition partition = of("halves", "d", FIVE, 1);
    assertThat(partition.targets()).hasSize(2).startsWith("d");
    String companion = partition.targets().get(1);
    assertThat(hear(partition, "d", companion)).isTrue();
    List<String> rest = FIVE.stream().filter(node -> !partition.targets().contains(node)).toList();
    assertThat(rest).hasSize(3);
    for (String other : rest) {
      assertThat(hear(partition, "d", other)).isFalse();
      assertThat(hear(partition, companion, other)).isFalse();
    }
    assertThat(hear(partition, rest.get(0), rest.get(1))).isTrue();
    assertThat(partition.cut()).hasSize(12);
    assertThat(of("halves", "d", FIVE, 1)).isEqualTo(partition);
  }

  @Test
  void halvesOfThreeIsolateOne() {
    assertThat(of("halves", "c", THREE, 1)).isEqualTo(of("isolate", "c", THREE, 1));
  }

  @Test
  void bridgeHearsBothHalves() {
    Partition partition = of("bridge", "a", FIVE, 4);
    assertThat(partition.targets()).containsExactly("a");
    for (String other : List.of("b", "c", "d", "e")) {
      assertThat(hear(partition, "a", other)).isTrue();
    }
    assertThat(partition.cut()).hasSize(8); // two by two, both ways
    assertThat(of("bridge", "b", THREE, 1).cut())
        .containsExactlyInAnyOrder(new Link("a", "c"), new Link("c", "a"));
  }

  @Test
  void nodeOfARingHearsItsNeighboursAlone() {
    Partition partition = of("ring", "c", FIVE, 1);
    assertThat(partition.targets()).containsExactly("c", "d", "e", "a", "b");
    assertThat(hear(partition, "a", "b")).isTrue();
    assertThat(hear(partition, "a", "e")).isTrue();
    assertThat(hear(partition, "a", "c")).isFalse();
    assertThat(hear(partition, "a", "d")).isFalse();
    assertThat(partition.cut()).hasSize(10);
  }

  @Test
  void ringOfThreeIsRefused() {
    assertThatThrownBy(() -> of("ring", "a", THREE, 1))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_PARAMETER);
              assertThat(e.hint()).contains("five nodes");
            });
  }

  @Test
  void oneWayCutsWhatTheTargetSends() {
    assertThat(Partition.oneWay("b", THREE).cut())
        .containsExactlyInAnyOrder(new Link("b", "a"), new Link("b", "c"));
  }
}
