package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.Link;
import io.evalctl.chaos.Partition;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketPlanTest {
  private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");

  @ParameterizedTest
  @CsvSource({"isolate, 1", "halves, 2", "bridge, 2", "ring, 5"})
  void everyCutLinkEndsAtAHost(String kind, int hosts) {
    Partition partition = Partition.of(kind, "b", FIVE, new SplittableRandom(3));
    Set<String> chosen = PacketPlan.hosts(partition, FIVE);
    assertThat(chosen).hasSize(hosts);
    for (Link cut : partition.cut()) {
      assertThat(chosen.contains(cut.from()) || chosen.contains(cut.to())).isTrue();
    }
  }

  @Test
  void oneWayNeedsNobodyButTheTarget() {
    assertThat(PacketPlan.hosts(Partition.oneWay("d", FIVE), FIVE)).containsExactly("d");
  }

  @Test
  void rulesGoInInOneStepAndBeforeAllOthers() {
    String script =
        ChainRules.insertion(
            List.of(ChainRules.in("iptables", "evc-1-1", List.of("-s 10.0.0.3 -j DROP"))));
    assertThat(script)
        .isEqualTo(
            """
            set -e
            iptables-restore --noflush -w 5 <<'RULES'
            *filter
            :evc-1-1-i - [0:0]
            -A evc-1-1-i -s 10.0.0.3 -j DROP
            -I INPUT 1 -j evc-1-1-i
            COMMIT
            RULES
            """);
  }

  @Test
  void longestChainNameFitsTheKernel() {
    String tag = ChainRules.PREFIX + "abcdefghijkl" + "-" + Integer.toString(999_999, 36);
    assertThat(ChainRules.in("iptables", tag, List.of()).chain()).hasSizeLessThanOrEqualTo(28);
  }
}
