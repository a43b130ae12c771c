package io.evalctl.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.ManualTime;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessListIT {
  private final long self = ProcessHandle.current().pid();

  @Test
  void withinASecondOnlyTheNewOnesCanHaveBegunSince() throws IOException {
    ManualTime time = new ManualTime();
    ProcessList list = ProcessList.now(time);
    Process later = new ProcessBuilder("sleep", "300").start();
    try {
      time.sleep(Duration.ofMillis(900));
      assertThat(list.since()).contains(later.pid()).doesNotContain(self, 1L);
      // By now all numbers may have been used, and be used again.
      time.sleep(Duration.ofMillis(200));
      assertThat(list.since()).contains(later.pid(), self, 1L);
    } finally {
      later.destroyForcibly();
      Scratch.await("its end", () -> !later.isAlive());
    }
  }
}
