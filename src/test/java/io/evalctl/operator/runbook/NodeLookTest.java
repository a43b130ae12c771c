package io.evalctl.operator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.operator.runbook.NodeLook.State;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLookTest {

  @Test
  void theAnswerOfAServerThatServesNamesItsMode() {
    String answer =
        "Zookeeper version: 3.9\nReceived: 3\nZxid: 0x100000000\nMode: leader\nNode: 5\n";

    assertThat(NodeLook.of("zk1", answer)).isEqualTo(new NodeLook("zk1", State.SERVING, "leader"));
    assertThat(NodeLook.of("zk1", "Mode: follower").mode()).isEqualTo("follower");
  }

  @Test
  void oneWithoutAModeDoesNotServeAndNoAnswerIsNobody() {
    assertThat(NodeLook.of("zk1", "This ZooKeeper instance is not currently serving requests\n"))
        .isEqualTo(new NodeLook("zk1", State.NOT_SERVING, ""));
    assertThat(NodeLook.of("zk1", "")).isEqualTo(new NodeLook("zk1", State.DOWN, ""));
  }

  @Test
  void whereNobodyTellsWhoLeadsItIsEnoughThatAllServe() {
    NodeLook serves = new NodeLook("a", State.SERVING, "");

    assertThat(new SubjectLook(List.of(serves, serves)).healthy()).isTrue();
    assertThat(new SubjectLook(List.of(serves, new NodeLook("b", State.DOWN, ""))).healthy())
        .isFalse();
    assertThat(serves.summary()).isEqualTo("a serves");
    NodeLook leads = new NodeLook("a", State.SERVING, "leader");
    assertThat(new SubjectLook(List.of(leads, serves)).healthy()).as("b can never lead").isTrue();
    SubjectLook split = new SubjectLook(List.of(leads, serves), List.of("members: 1 of 2"));
    assertThat(split.healthy()).isFalse();
    assertThat(split.summary()).isEqualTo("a is leader, a serves, members: 1 of 2");
    assertThat(new NodeLook("a", State.SILENT, "", "no answer").summary())
        .isEqualTo("a does not answer (no answer)");
  }

  @ParameterizedTest
  @CsvSource({
    "leader follower follower, true, false",
    "follower leader follower, true, false",
    "standalone, true, false",
    "follower follower follower, false, false",
    "leader leader follower, false, false",
    "leader follower DOWN, false, false",
    "leader DOWN DOWN, false, true",
    "leader follower SILENT NOT_SERVING, false, true",
  })
  void allServeAndOneLeads(String states, boolean healthy, boolean withoutQuorum) {
    SubjectLook look = look(states);

    assertThat(look.healthy()).isEqualTo(healthy);
    assertThat(look.withoutQuorum()).isEqualTo(withoutQuorum);
  }

  @Test
  void theWorstIsTheFirstOfThoseThatAreWorstOff() {
    assertThat(look("NOT_SERVING SILENT DOWN DOWN follower").worst().node()).isEqualTo("zk3");
    assertThat(look("leader SILENT").summary()).isEqualTo("zk1 is leader, zk2 does not answer");
  }

  private static SubjectLook look(String states) {
    int[] number = {0};
    return new SubjectLook(
        Stream.of(states.split(" ")).map(word -> node("zk" + ++number[0], word)).toList());
  }

  private static NodeLook node(String name, String word) {
    return Arrays.stream(State.values())
        .filter(state -> state.name().equals(word))
        .findFirst()
        .map(state -> new NodeLook(name, state, ""))
        .orElseGet(() -> new NodeLook(name, State.SERVING, word));
  }
}
