package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.chaos.Link;
import io.evalctl.chaos.Partition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
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

  /** a and its watcher are cut off from b and c, from b's watcher, and from the client. */
  @ParameterizedTest
  @CsvSource({
    "NETWORK_PARTITION, isolate, 'a>b a>c a>wb a>client b>a b>wa c>a c>wa wa>b wa>c wa>wb wa>client"
        + " wb>a wb>wa client>a client>wa'",
    "ASYMMETRIC_PARTITION, , 'a>b a>c a>wb a>client wa>b wa>c wa>wb wa>client'",
    "NETWORK_PARTITION, bridge, 'b>c b>c wb>c c>b c>wb'",
  })
  void whatIsBesideANodeIsCutOffWithIt(ChaosType type, String kind, String links) {
    Map<String, Companion> companions = new LinkedHashMap<>();
    companions.put("wa", new Companion("p-wa", "a"));
    companions.put("wb", new Companion("p-wb", "b"));
    companions.put("client", new Companion("p-client", ""));
    List<String> nodes = List.of("a", "b", "c");
    FaultScope scope =
        new FaultScope(
            "p",
            "r",
            Map.of("a", "p-a", "b", "p-b", "c", "p-c"),
            Optional::empty,
            1,
            Duration.ofMinutes(1),
            Path.of("/claims"),
            Map.of(),
            Map.of(),
            null,
            SharedNamespaces.NONE,
            companions);
    Partition partition =
        type == ChaosType.ASYMMETRIC_PARTITION
            ? Partition.oneWay("a", nodes)
            : Partition.of(kind, "a", nodes, new SplittableRandom(3));

    Partition whole =
        Companion.within(
            new FaultRequest(type, "a", kind == null ? Map.of() : Map.of("kind", kind)),
            partition,
            scope);

    assertThat(whole.targets()).isEqualTo(partition.targets());
    assertThat(whole.cut().stream().map(link -> link.from() + ">" + link.to()))
        .containsExactlyInAnyOrder(Stream.of(links.split(" ")).distinct().toArray(String[]::new));
    assertThat(scope.members()).containsAll(PacketPlan.hosts(whole, scope.members()));
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
