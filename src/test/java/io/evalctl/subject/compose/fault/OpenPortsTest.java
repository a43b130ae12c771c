package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenPortsTest {
  private static final String FILES =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
         0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         1: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         2: 030012AC:1F40 020012AC:C001 01 00000000:00000000 00:00000000 00000000     0
        sl  local_address                         remote_address                        st
         0: 00000000000000000000000000000000:094B 00000000000000000000000000000000:0000 0A
         1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A
         2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A
         3: 0000000000000000FFFF0000030012AC:0053 00000000000000000000000000000000:0000 0A
         4: 000000FD000000000000000003000000:0054 00000000000000000000000000000000:0000 0A
      """;

  @Test
  void eachFamilyHasItsOwnAndLoopbackCountsForNone() {
    OpenPorts ports = OpenPorts.parse(FILES);
    assertThat(ports.at("172.18.0.3")).containsExactly(8000, 2379, 83);
    assertThat(ports.at("fd00::3")).containsExactly(2379, 84);
  }
}
