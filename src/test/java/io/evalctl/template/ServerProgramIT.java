package io.evalctl.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerProgramIT {

  private static ServerProgram.End run(Duration limit, String script) throws IOException {
    return ServerProgram.run(List.of("sh", "-c", script), Deadline.in(limit, TimeSource.system()));
  }

  /** A file would stay behind when evalctl is killed meanwhile. */
  @Test
  void whatItSaysGoesThroughNoFile() throws IOException {
    ServerProgram.End end =
        run(Duration.ofSeconds(30), "readlink /proc/self/fd/1 /proc/self/fd/2; exit 3");

    assertThat(end.exitCode()).isEqualTo(3);
    assertThat(end.said().lines()).hasSize(2).allMatch(place -> place.startsWith("pipe:["));
  }

  @Test
  void moreThanAPipeHoldsKeepsNobodyWaiting() throws IOException {
    ServerProgram.End end = run(Duration.ofSeconds(30), "head -c 300000 /dev/zero | tr '\\0' x");

    assertThat(end).isEqualTo(new ServerProgram.End(0, "x".repeat(300_000)));
  }

  @Test
  void oneThatTakesTooLongIsKilled() throws IOException {
    assertThat(run(Duration.ofMillis(200), "echo begun; exec sleep 60").exitCode()).isEqualTo(-1);
  }
}
