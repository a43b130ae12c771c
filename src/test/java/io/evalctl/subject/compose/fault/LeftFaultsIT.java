package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.TimeSource;
import io.evalctl.results.ResultsStore;
import io.evalctl.session.Paths;
import io.evalctl.session.SubjectHost;
import io.evalctl.testing.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults whose evalctl was killed: before they were made, in the middle of that, and afterwards;
 * undone by heal, or by nobody but the process that waits for their deadline.
 */
@NeedsDocker
class LeftFaultsIT {
  private static final int NODES = 7;

  @TempDir static Path directory;
  private static FaultyCluster cluster;
  private static Map<String, List<String>> before;
  private Scratch scratch;

  @BeforeAll
  static void start() throws Exception {
    cluster = new FaultyCluster(directory, 0);
    for (int i = 1; i <= NODES; i++) {
      String[] own = {"--restart", "always", "--stop-signal", i == 3 ? "TERM" : "KILL"};
      cluster.add("n" + i, i < NODES ? own : data(own));
    }
    cluster.containers.keySet().forEach(cluster::awaitServing);
    FaultyCluster.docker("exec", "-d", cluster.container("n5"), "sleep", "600");
    before = cluster.state();
  }

  private static String[] data(String[] own) {
    return Stream.concat(Stream.of(own), Stream.of("--mount", "type=volume,dst=/data"))
        .toArray(String[]::new);
  }

  @AfterAll
  static void end() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void world(@TempDir Path own) {
    scratch = new Scratch(own);
  }

  /** Whatever was done, all is as it was. */
  @AfterEach
  void asBefore() {
    if (Files.exists(scratch.resultsStore())) {
      heal();
    }
    Scratch.await("the end of what waited", () -> scratch.processes().isEmpty());
    assertThat(scratch.remains()).isEmpty();
    assertThat(Optional.ofNullable(claims().toFile().list()).orElse(new String[0])).isEmpty();
    cluster.containers.keySet().forEach(cluster::awaitServing);
    assertThat(cluster.differences(before)).isEmpty();
  }

  private Path claims() {
    return scratch.directory().resolve("state/evalctl/faults");
  }

  private void leave(
      String how, int seconds, Map<String, String> more, BooleanSupplier reached, String... faults)
      throws Exception {
    FaultLeaver.leave(scratch, cluster, how, seconds, more, reached, List.of(faults));
  }

  private void leave(String how, int seconds) throws Exception {
    leave(how, seconds, Map.of(), () -> true, FaultLeaver.EVERY_FAULT.toArray(String[]::new));
  }

  private List<String> heal() {
    try (ResultsStore store = ResultsStore.open(scratch.resultsStore())) {
      SubjectHost host =
          new SubjectHost(Paths.of(scratch.environment()), store, Map.of(), TimeSource.system());
      List<String> would = host.deadRuns();
      List<String> did = host.clearDeadRuns();
      assertThat(host.failures()).isEmpty();
      assertThat(would).hasSameSizeAs(did);
      return did;
    }
  }

  private List<String> states() {
    return scratch.query(
        "select state || ' ' || coalesce(error, '') from chaos_journal order by id");
  }

  /**
   * A fault on nodes that another one holds down, or that were brought back, tells of that alone.
   */
  private void assertUndone() {
    assertThat(states())
        .hasSameSizeAs(FaultLeaver.EVERY_FAULT)
        .allMatch(
            row ->
                row.matches("undone ((, )?(healed-by-restart|container-stopped) \\(n[1-4]\\))*"));
  }

  @Test
  void killedBeforeAnythingWasMade() throws Exception {
    String starts = cluster.starts();
    leave("plan", 300);
    assertThat(heal())
        .hasSameSizeAs(FaultLeaver.EVERY_FAULT)
        .allMatch(line -> line.contains("it is as it was before"), "as before");
    assertThat(states()).hasSameSizeAs(FaultLeaver.EVERY_FAULT).containsOnly("undone ");
    assertThat(cluster.starts()).as("nobody was touched").isEqualTo(starts);
  }

  /** Each of them is held at another step, and what it began goes on after its death if it can. */
  @Test
  void killedInTheMiddle() throws Exception {
    HeldPrograms programs = new HeldPrograms(scratch.directory().resolve("bin"));
    int scripts = 12;
    try (HeldEngine engine = new HeldEngine(scratch.directory())) {
      engine.hold("POST", "/containers/" + id("n1") + "/update", true);
      engine.hold("POST", "/containers/" + id("n2") + "/update", true);
      engine.hold("POST", "/containers/" + id("n3") + "/stop", true);
      engine.hold("POST", "/containers/" + id("n4") + "/update", false);
      try {
        leave(
            "begin",
            300,
            Map.of("DOCKER_HOST", engine.address(), "PATH", programs.path()),
            () -> engine.allReached() && programs.held() == scripts,
            FaultLeaver.EVERY_FAULT.toArray(String[]::new));
        assertThat(policy("n1")).isEqualTo("no");
        assertThat(cluster.reaches("n6", "n7")).isFalse();
        assertThat(states()).hasSameSizeAs(FaultLeaver.EVERY_FAULT).containsOnly("intent ");
      } finally {
        engine.open();
        heal();
        programs.open();
      }
      assertUndone();
    }
  }

  private static String id(String node) {
    return cluster.inspect(node, "{{.Id}}");
  }

  private static String policy(String node) {
    return cluster.inspect(node, "{{.HostConfig.RestartPolicy.Name}}");
  }

  @Test
  void killedAfterwards() throws Exception {
    leave("make", 300);
    assertThat(cluster.reaches("n6", "n7")).isFalse();
    assertThat(cluster.rules("n7")).contains("qdisc tbf");
    assertThat(heal()).hasSameSizeAs(FaultLeaver.EVERY_FAULT);
    assertUndone();
    assertThat(heal()).isEmpty();
  }

  @Test
  void killedAfterwardsAndNobodyStartsEvalctlAgain() throws Exception {
    leave("make", 6);
    Scratch.await("the end of the claims", () -> claims().toFile().list().length == 0);
    Scratch.await("the end of what waited", () -> scratch.processes().isEmpty());
    cluster.containers.keySet().forEach(cluster::awaitServing);
    assertThat(cluster.differences(before)).isEmpty();
    heal();
    assertUndone();
  }

  @Test
  void killedAfterwardsAndTheJournalIsLost() throws Exception {
    leave("make", 300, Map.of(), () -> true, "asymmetric-partition:n2", "node-kill:n1");
    Files.delete(scratch.resultsStore());
    assertThat(heal()).hasSize(2);
  }
}
