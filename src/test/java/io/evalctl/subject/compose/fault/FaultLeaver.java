package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.campaign.Arm;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.chaos.JournalledFault;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunStatus;
import io.evalctl.testing.Scratch;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Makes faults as a trial does, says so, and waits to be killed. Arguments: directory, project,
 * run, number of nodes, lifetime in seconds, how far it goes (plan: nothing is made; begin: all are
 * begun at once and nobody waits for them; make), and for each fault TYPE:NODE, with :NAME=VALUE.
 */
final class FaultLeaver {
  /**
   * Every fault that this kernel offers, for seven nodes; those of one node are in it together, and
   * those that end it come last.
   */
  static final List<String> EVERY_FAULT =
      List.of(
          "connection-reset:n7",
          "port-block:n7",
          "packet-loss:n7",
          "duplication:n7",
          "bandwidth:n7:kbps=5000",
          "disk-pressure:n7:mb=8",
          "asymmetric-partition:n7",
          "network-partition:n7:kind=isolate",
          "network-partition:n7:kind=halves",
          "network-partition:n7:kind=ring",
          "network-partition:n7:kind=bridge",
          "cpu-starvation:n6",
          "memory-exhaustion:n6:headroom_mb=16",
          "process-pause:n5",
          "config-corruption:n4",
          "node-stop:n3",
          "node-kill:n2",
          "leader-kill:n1");

  private FaultLeaver() {}

  /**
   * An evalctl of its own that goes so far and is killed when that is reached.
   *
   * @param how how far it goes
   * @param more added to its environment
   */
  static void leave(
      Scratch scratch,
      FaultyCluster cluster,
      String how,
      int seconds,
      Map<String, String> more,
      BooleanSupplier reached,
      List<String> faults)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FaultLeaver.class.getName());
    command.addAll(List.of(scratch.directory().toString(), cluster.project, cluster.run));
    command.addAll(List.of(Integer.toString(cluster.containers.size())));
    command.addAll(List.of(Integer.toString(seconds), how));
    command.addAll(faults);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(scratch.environment());
    builder.environment().putAll(more);
    Process process = builder.start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("made");
      Scratch.await("all to be held", reached);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  public static void main(String[] arguments) throws Exception {
    TimeSource time = TimeSource.system();
    Path directory = Path.of(arguments[0]);
    try (ResultsStore store = ResultsStore.open(directory.resolve("data/evalctl/eval.db"));
        DockerEngine engine = DockerEngine.connect(System.getenv())) {
      ComposeFaults faults = new ComposeFaults(engine, scope(directory, arguments), time);
      long campaign = campaign(store, time);
      List<JournalledFault> planned = new ArrayList<>();
      for (String each : List.of(arguments).subList(6, arguments.length)) {
        JournalledFault fault =
            JournalledFault.intend(
                faults,
                faults.plan(request(each), new SplittableRandom(7)),
                store.journal(),
                campaign,
                arguments[1],
                "",
                time);
        planned.add(fault);
      }
      if (arguments[5].equals("make")) {
        planned.forEach(JournalledFault::inject);
      }
      if (arguments[5].equals("begin")) {
        planned.forEach(fault -> begin(engine, directory, arguments, fault, time));
      }
      System.out.println("made");
      // The test holds the other end: should it end without killing this, the read returns.
      System.in.read();
    }
  }

  /** On a thread of its own, with all that is not for several threads. */
  private static void begin(
      DockerEngine engine,
      Path directory,
      String[] arguments,
      JournalledFault fault,
      TimeSource time) {
    Thread thread =
        new Thread(
            () ->
                new ComposeFaults(engine, scope(directory, arguments), time).inject(fault.plan()));
    thread.setDaemon(true);
    thread.start();
  }

  static FaultRequest request(String words) {
    String[] parts = words.split(":");
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 2; i < parts.length; i++) {
      given.put(parts[i].split("=")[0], parts[i].split("=")[1]);
    }
    return new FaultRequest(ChaosType.parse(parts[0]), parts[1], given);
  }

  private static FaultScope scope(Path directory, String[] arguments) {
    Map<String, String> containers = new LinkedHashMap<>();
    Map<String, String> dataPaths = new LinkedHashMap<>();
    Map<String, String> configFiles = new LinkedHashMap<>();
    int nodes = Integer.parseInt(arguments[3]);
    for (int i = 1; i <= nodes; i++) {
      containers.put("n" + i, arguments[1] + "-n" + i);
      dataPaths.put("n" + i, i == nodes ? "/data" : "/var");
      configFiles.put("n" + i, "/etc/node.conf");
    }
    return new FaultScope(
        arguments[1],
        arguments[2],
        containers,
        () -> Optional.of("n1"),
        nodes,
        Duration.ofSeconds(Long.parseLong(arguments[4])),
        directory.resolve("state/evalctl/faults"),
        dataPaths,
        configFiles,
        null);
  }

  private static long campaign(ResultsStore store, TimeSource time) {
    return store
        .campaigns()
        .insert(
            List.of(
                new CampaignRow(
                    0,
                    "compose",
                    "node-kill",
                    1,
                    false,
                    time.now(),
                    null,
                    "run",
                    1L,
                    Arm.AGENT.label(),
                    null,
                    RunStatus.RUNNING,
                    null,
                    "{}",
                    "{}",
                    "{}",
                    ProcessOwner.self())))
        .get(0)
        .id();
  }
}
