package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Kind;
import io.evalctl.subject.CanaryOperation.Result;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PendingOperationTest {
  private final List<CanaryOperation> told = new ArrayList<>();

  private PendingOperation operation(Kind kind) {
    return new PendingOperation(kind, 3, 100, told::add);
  }

  private Result resultOf(Kind kind, Code code) {
    operation(kind).answered(code.intValue(), 150);
    return told.get(told.size() - 1).result();
  }

  @Test
  void tellsOfAnAnswerWithItsTimes() {
    operation(Kind.WRITE).answered(Code.OK.intValue(), 150);

    assertThat(told).containsExactly(new CanaryOperation(Kind.WRITE, 3, 100, 150, Result.OK, ""));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void fails(Kind kind) {
    operation(kind).notSent(150);

    assertThat(told)
        .containsExactly(
            new CanaryOperation(kind, 3, 100, 150, Result.FAIL, "no node to connect to"));
  }

  @Test
  void leavesOpenWhatBecameOfAWriteWithoutAnswer() {
    operation(Kind.WRITE).expired(150);
    operation(Kind.READ).expired(150);

    assertThat(told)
        .extracting(CanaryOperation::result)
        .containsExactly(Result.UNKNOWN, Result.FAIL);
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {
        "CONNECTIONLOSS",
        "OPERATIONTIMEOUT",
        "SYSTEMERROR",
        "SESSIONEXPIRED",
        "SESSIONMOVED",
        "REQUESTTIMEOUT"
      })
  void leavesOpenWhatBecameOfAWriteWhoseConnectionWasLost(Code code) {
    assertThat(resultOf(Kind.WRITE, code)).isEqualTo(Result.UNKNOWN);
    assertThat(resultOf(Kind.READ, code)).isEqualTo(Result.FAIL);
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"NONODE", "NODEEXISTS", "NOAUTH", "QUOTAEXCEEDED"})
  void knowsThatARefusedWriteHadNoEffect(Code code) {
    assertThat(resultOf(Kind.WRITE, code)).isEqualTo(Result.FAIL);
  }

  @Test
  void tellsOnlyTheFirstResult() {
    PendingOperation operation = operation(Kind.WRITE);
    operation.expired(150);
    operation.answered(Code.OK.intValue(), 160);
    operation.expired(170);

    assertThat(told).hasSize(1);
    assertThat(told.get(0).result()).isEqualTo(Result.UNKNOWN);
  }
}
