package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.subject.LedgerCheck;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Set<String> NODES = new LinkedHashSet<>(List.of("zk1", "zk2", "zk3"));

  private final Ledger ledger = new Ledger();

  private static SortedMap<String, String> holding(long... slots) {
    SortedMap<String, String> content = new TreeMap<>();
    LongStream.of(slots)
        .forEach(slot -> content.put(CanaryKeys.name(slot), CanaryKeys.value(slot)));
    return content;
  }

  @Test
  void findsNothingLostWhereEveryNodeHasAllAndMore() {
    ledger.acknowledge(1);
    ledger.acknowledge(2);

    LedgerCheck check =
        ledger.check(
            NODES, Map.of("zk1", holding(1, 2), "zk2", holding(1, 2, 3), "zk3", holding(0, 1, 2)));

    assertThat(check)
        .isEqualTo(new LedgerCheck(2, 0, List.of(), Map.of("zk1", 0, "zk2", 0, "zk3", 0)));
  }

  @Test
  void countsAKeyOnceThatSeveralNodesLack() {
    LongStream.range(0, 4).forEach(ledger::acknowledge);
    SortedMap<String, String> altered = holding(0, 1, 2, 3);
    altered.put(CanaryKeys.name(3), "something else");

    LedgerCheck check =
        ledger.check(NODES, Map.of("zk1", holding(0, 2, 3), "zk2", altered, "zk3", holding(0, 2)));

    assertThat(check.acknowledged()).isEqualTo(4);
    assertThat(check.lost()).isEqualTo(2);
    assertThat(check.lostKeys()).containsExactly(CanaryKeys.path(1), CanaryKeys.path(3));
    assertThat(check.perNode()).isEqualTo(Map.of("zk1", 1, "zk2", 1, "zk3", 2));
  }

  @Test
  void saysWhichNodesWereNotAsked() {
    ledger.acknowledge(1);

    LedgerCheck check = ledger.check(NODES, Map.of("zk2", holding(1)));

    assertThat(check.lost()).isZero();
    assertThat(check.perNode()).isEqualTo(Map.of("zk1", -1, "zk2", 0, "zk3", -1));
  }

  @Test
  void namesNoMoreThanTwentyLostKeys() {
    LongStream.range(0, 30).forEach(ledger::acknowledge);

    LedgerCheck check = ledger.check(NODES, Map.of("zk1", holding()));

    assertThat(check.lost()).isEqualTo(30);
    assertThat(check.lostKeys()).hasSize(20).startsWith(CanaryKeys.path(0));
  }
}
