package io.evalctl.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineAddressTest {
  @ParameterizedTest
  @CsvSource({
    "unix:///var/run/docker.sock, true",
    "npipe:////./pipe/docker_engine, true",
    "tcp://127.0.0.1:2375, true",
    "tcp://127.8.9.10:2375, true",
    "tcp://[::1]:2375, true",
    "tcp://192.0.2.7:2375, false",
    "tcp://[2001:db8::7]:2376, false",
  })
  void portsOfOtherMachinesAreOutOfReach(String host, boolean here) {
    assertThat(EngineAddress.of(Map.of("DOCKER_HOST", host)).onThisMachine()).isEqualTo(here);
  }
}
