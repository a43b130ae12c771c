package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The words that other programs are given, and what theirs mean. */
class FaultWordsTest {
  private static String queue(ChaosType type, Map<String, String> given) {
    return QueueFaults.settings(new FaultRequest(type, "any", given));
  }

  @Test
  void queuesAreAskedForInUnitsOfTheKernel() {
    assertThat(queue(ChaosType.LATENCY, Map.of("min_ms", "50", "max_ms", "151")))
        .isEqualTo("netem delay 100500us 50500us");
    assertThat(queue(ChaosType.PACKET_LOSS, Map.of("percent", "7"))).isEqualTo("netem loss 7%");
    assertThat(queue(ChaosType.DUPLICATION, Map.of())).isEqualTo("netem duplicate 30%");
    assertThat(queue(ChaosType.BANDWIDTH, Map.of("kbps", "16")))
        .isEqualTo("tbf rate 16kbit burst 3200 latency 400ms");
    assertThat(queue(ChaosType.BANDWIDTH, Map.of("kbps", "100000")))
        .isEqualTo("tbf rate 100000kbit burst 250000 latency 400ms");
  }

  @Test
  void whatTheKernelLacksIsToldInItsWords() {
    KernelFeatures features =
        KernelFeatures.parse(
            new ShellEnd(
                0,
                """
                rules=ok
                statistic=ok
                reject=ok
                tee=ok
                rules6=ok
                statistic6=ok
                reject6=ok
                tee6=Extension TEE revision 0 not supported
                netem=Error: Specified qdisc kind is unknown.
                tbf=sh: 1: tc: not found
                """,
                ""));
    assertThat(features.has(KernelFeatures.RULES)).isTrue();
    assertThat(features.lacking())
        .containsOnlyKeys(KernelFeatures.COPIES_SIX, KernelFeatures.NETEM, KernelFeatures.TBF)
        .containsEntry(
            KernelFeatures.NETEM,
            "this kernel has no netem (Error: Specified qdisc kind is unknown.)")
        .containsEntry(
            KernelFeatures.TBF, "there is no tc on the engine's machine; install iproute2");
    assertThat(features.lackingForSix(ChaosType.NETWORK_PARTITION)).isEmpty();
    assertThat(features.lackingForSix(ChaosType.DUPLICATION))
        .contains("this kernel has no tee for IPv6 (Extension TEE revision 0 not supported)");
  }

  @Test
  void toolsThatCannotRunAtAllOfferNothing() {
    KernelFeatures features = KernelFeatures.parse(new ShellEnd(1, "", "unshare: not permitted"));
    assertThat(features.lacking()).hasSize(10);
    assertThat(features.lacking().get(KernelFeatures.RULES)).contains("unshare: not permitted");
  }

  @Test
  void mistakeIsInOneLineThatIsNoRemark() {
    String text = "# port = 1\nport = 8000\nname: n2\n";
    Set<String> mistakes = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      String spoilt = ConfigMistake.in(text, new SplittableRandom(seed));
      assertThat(spoilt).startsWith("# port = 1\n").isNotEqualTo(text);
      assertThat(spoilt.lines()).hasSize(3);
      assertThat(ConfigMistake.in(text, new SplittableRandom(seed))).isEqualTo(spoilt);
      mistakes.add(spoilt.substring("# port = 1\n".length()));
    }
    assertThat(mistakes)
        .containsExactlyInAnyOrder(
            "port = 800O\nname: n2\n",
            "port = 8000\nname: nO\n",
            "port = \nname: n2\n",
            "port = 8000\nname: \n");
  }

  @Test
  void fileWithoutValuesGetsABracketTooMany() {
    assertThat(ConfigMistake.in("alpha\n", new SplittableRandom(1))).isEqualTo("alpha }]\"\n");
    assertThat(ConfigMistake.in("# nothing\n", new SplittableRandom(1))).isEqualTo("# nothing\n");
  }

  @Test
  void defaultCapIsAMinority() {
    assertThat(FaultScope.minority(1)).isEqualTo(1);
    assertThat(FaultScope.minority(3)).isEqualTo(1);
    assertThat(FaultScope.minority(4)).isEqualTo(1);
    assertThat(FaultScope.minority(5)).isEqualTo(2);
  }
}
