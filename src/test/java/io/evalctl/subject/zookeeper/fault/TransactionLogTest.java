package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.subject.zookeeper.fault.TransactionLog.Range;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TransactionLogTest {
  private static byte[] log(int... lengths) {
    ByteBuffer log = ByteBuffer.allocate(1024);
    log.position(TransactionLog.HEADER_BYTES);
    for (int length : lengths) {
      log.putLong(77).putInt(length).put(new byte[length]).put((byte) 'B');
    }
    return log.array();
  }

  @Test
  void findsTheBytesOfEachTransaction() {
    assertThat(TransactionLog.parse(log(100, 20)).records())
        .containsExactly(new Range(28, 100), new Range(16 + 113 + 12, 20));
  }

  @Test
  void endsAtTheZeros() {
    assertThat(TransactionLog.parse(log()).records()).isEmpty();
    assertThat(TransactionLog.parse(new byte[3]).records()).isEmpty();
  }

  @Test
  void leavesOutATransactionThatIsNotWhole() {
    byte[] torn = log(100, 20);
    torn[16 + 113 + 12 + 20] = 0;
    assertThat(TransactionLog.parse(torn).records()).hasSize(1);
    ByteBuffer.wrap(torn).putInt(16 + Long.BYTES, Integer.MAX_VALUE);
    assertThat(TransactionLog.parse(torn).records()).isEmpty();
  }
}
