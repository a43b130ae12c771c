package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.subject.zookeeper.link.ProxiedLinks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkedEnsembleIT {
  private static final String ESTABLISHED = "01";

  @TempDir Path scratch;

  @Test
  void sendsEverythingBetweenNodesThroughTheLinks() {
    ProxiedLinks links = new ProxiedLinks(TestEnsemble.TIME, new SplittableRandom(1));
    try (TestEnsemble ensemble = TestEnsemble.open(scratch, 3, links)) {
      ensemble.boot();
      Set<Integer> ports = new HashSet<>();
      ensemble
          .subject
          .topology()
          .path("nodes")
          .forEach(
              node -> {
                ports.add(node.path("quorumPort").asInt());
                ports.add(node.path("electionPort").asInt());
              });
      assertThat(connectionsTo(ports)).isPositive();

      links.close();

      TestEnsemble.await("the end of all that came by links", () -> connectionsTo(ports) == 0);
    }
  }

  /** Counted on the side that accepted them; see proc(5), /proc/net/tcp. */
  private static long connectionsTo(Set<Integer> ports) {
    return Stream.of("tcp", "tcp6")
        .flatMap(table -> lines(Path.of("/proc/net", table)).stream().skip(1))
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields[3].equals(ESTABLISHED))
        .filter(fields -> ports.contains(Integer.parseInt(fields[1].split(":")[1], 16)))
        .count();
  }

  private static List<String> lines(Path table) {
    try {
      return Files.readAllLines(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
