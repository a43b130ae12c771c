package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.TimeSource;
import io.evalctl.results.ResultsStore;
import io.evalctl.session.Paths;
import io.evalctl.session.SubjectHost;
import io.evalctl.testing.Scratch;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults whose evalctl was killed. */
@NeedsDocker
class LeftFaultsIT {
  @TempDir Path directory;
  private FaultyCluster cluster;
  private Scratch scratch;

  @BeforeEach
  void start() {
    scratch = new Scratch(directory);
    cluster = new FaultyCluster(directory, 3, "--restart", "always");
  }

  @AfterEach
  void end() {
    cluster.close();
    assertThat(scratch.remains()).isEmpty();
  }

  /** An evalctl of its own that makes faults and is killed. */
  private void leave(int lifetimeSeconds, String... faults) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FaultLeaver.class.getName());
    command.addAll(List.of(directory.toString(), cluster.project, cluster.run));
    command.add(Integer.toString(lifetimeSeconds));
    command.addAll(List.of(faults));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(scratch.environment());
    Process process = builder.start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("made");
    } finally {
      process.destroyForcibly().waitFor();
    }
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

  @Test
  void areUndoneByHeal() throws Exception {
    String policy = cluster.inspect("n1", "{{json .HostConfig}}");
    leave(
        300,
        "network-partition:n2",
        "packet-loss:n2",
        "duplication:n3",
        "bandwidth:n3",
        "connection-reset:n3",
        "port-block:n3",
        "disk-pressure:n3",
        "cpu-starvation:n3",
        "memory-exhaustion:n3",
        "process-pause:n3",
        "node-kill:n1",
        "node-stop:n2");
    assertThat(cluster.reaches("n3", "n2")).isFalse();
    List<String> done = heal();
    assertThat(done)
        .hasSize(12)
        .allMatch(line -> line.contains("it is as it was before"), "as before");
    assertThat(states()).hasSize(12).containsOnly("undone ");
    cluster.containers.keySet().forEach(cluster::awaitServing);
    assertThat(cluster.reaches("n3", "n2")).isTrue();
    assertThat(cluster.inspect("n1", "{{json .HostConfig}}")).isEqualTo(policy);
    assertThat(cluster.inNetwork("n2", "iptables-save")).doesNotContain(ChainRules.PREFIX);
    assertThat(heal()).isEmpty();
  }

  @Test
  void spoiltConfigurationIsMendedByHeal() throws Exception {
    leave(300, "config-corruption:n1", "node-kill:n2");
    assertThat(heal()).isNotEmpty();
    cluster.awaitServing("n1");
    assertThat(FaultyCluster.docker("exec", cluster.container("n1"), "cat", "/etc/node.conf"))
        .contains("port = 8000\nname = n1\n");
  }

  @Test
  void areUndoneAtTheirDeadlineWithoutAnybody() throws Exception {
    leave(3, "network-partition:n2", "node-kill:n3", "node-kill:n1");
    cluster.awaitServing("n3");
    Scratch.await("n2 to be reached", () -> cluster.reaches("n1", "n2"));
    Scratch.await("the end of the claims", () -> cluster.claims().toFile().list().length == 0);
    Scratch.await("the end of what waited", () -> scratch.processes().isEmpty());
    assertThat(cluster.inspect("n3", "{{.HostConfig.RestartPolicy.Name}}")).isEqualTo("always");
    heal();
    assertThat(states()).containsOnly("undone ");
  }

  @Test
  void areUndoneByTheirClaimsWhenTheJournalIsLost() throws Exception {
    leave(300, "asymmetric-partition:n2", "node-kill:n1");
    java.nio.file.Files.delete(scratch.resultsStore());
    assertThat(heal()).singleElement().asString().contains("asymmetric-partition");
    assertThat(cluster.reaches("n2", "n1")).isTrue();
    assertThat(cluster.claims()).isEmptyDirectory();
  }

  @Test
  void faultThatWasHalfMadeIsUndone() {
    ComposeFaults faults = cluster.faults();
    var plan = FaultyCluster.plan(faults, io.evalctl.chaos.ChaosType.NODE_KILL, "n2");
    Containers containers = new Containers(cluster.engine);
    new Comeback(containers, new HostAccess(true), TimeSource.system())
        .disablePolicy(containers.find(cluster.container("n2")).orElseThrow());
    assertThat(cluster.inspect("n2", "{{.HostConfig.RestartPolicy.Name}}")).isEqualTo("no");
    try (ComposeFaultRecovery recovery =
        new ComposeFaultRecovery(cluster.claims(), Map.of(), TimeSource.system())) {
      var recovered =
          recovery.recover(
              List.of(new ComposeFaultRecovery.OpenFault(1, plan.type(), plan.metadata())));
      assertThat(recovered.get(0).failure()).isNull();
      assertThat(recovered.get(0).note()).isNull();
    }
    assertThat(cluster.inspect("n2", "{{.HostConfig.RestartPolicy.Name}}")).isEqualTo("always");
  }
}
