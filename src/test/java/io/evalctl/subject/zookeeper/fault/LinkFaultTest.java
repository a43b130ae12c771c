package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.Link;
import io.evalctl.subject.zookeeper.link.LinkConditions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkFaultTest {
  private static final Link LINK = new Link("zk1", "client");

  @Test
  void survivesItsMetadata() {
    LinkFault fault =
        new LinkFault(
            ChaosType.LATENCY, Set.of(LINK, LINK.reverse()), Map.of("min_ms", "5", "max_ms", "9"));
    assertThat(LinkFault.of(ChaosType.LATENCY, fault.json())).isEqualTo(fault);
    assertThat(fault.conditions())
        .isEqualTo(LinkConditions.OPEN.withDelay(Duration.ofMillis(5), Duration.ofMillis(9)));
  }

  @Test
  void countsRatesInThousandsOfBits() {
    LinkFault fault = new LinkFault(ChaosType.BANDWIDTH, Set.of(LINK), Map.of("kbps", "64"));
    assertThat(fault.bytesPerSecond()).isEqualTo(8000);
    assertThat(fault.conditions()).isEqualTo(LinkConditions.OPEN.withBandwidth(64));
  }
}
