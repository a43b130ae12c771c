package io.evalctl.subject.compose.fault;

import io.evalctl.campaign.Arm;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.chaos.JournalledFault;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Makes faults as a trial does, says so, and waits to be killed. Arguments: directory, project,
 * run, lifetime in seconds, and for each fault TYPE:NODE; the last one is only planned.
 */
final class FaultLeaver {
  private FaultLeaver() {}

  public static void main(String[] arguments) throws Exception {
    TimeSource time = TimeSource.system();
    Path directory = Path.of(arguments[0]);
    String project = arguments[1];
    Map<String, String> containers = new LinkedHashMap<>();
    for (String node : List.of("n1", "n2", "n3")) {
      containers.put(node, project + "-" + node);
    }
    try (ResultsStore store = ResultsStore.open(directory.resolve("data/evalctl/eval.db"));
        DockerEngine engine = DockerEngine.connect(System.getenv())) {
      ComposeFaults faults =
          new ComposeFaults(
              engine,
              new FaultScope(
                  project,
                  arguments[2],
                  containers,
                  () -> Optional.of("n1"),
                  3,
                  Duration.ofSeconds(Long.parseLong(arguments[3])),
                  directory.resolve("state/evalctl/faults"),
                  Map.of("n1", "/var", "n2", "/var", "n3", "/var"),
                  Map.of("n1", "/etc/node.conf"),
                  null),
              time);
      long campaign = campaign(store, time);
      for (int i = 4; i < arguments.length; i++) {
        String[] words = arguments[i].split(":");
        ChaosType type = ChaosType.parse(words[0]);
        Map<String, String> given = type == ChaosType.DISK_PRESSURE ? Map.of("mb", "4") : Map.of();
        FaultPlan plan =
            faults.plan(new FaultRequest(type, words[1], given), new SplittableRandom(i));
        JournalledFault fault =
            JournalledFault.intend(faults, plan, store.journal(), campaign, project, "", time);
        if (i < arguments.length - 1) {
          fault.inject();
          fault.witness();
        }
      }
      System.out.println("made");
      // The test holds the other end: should it end without killing this, the read returns.
      System.in.read();
    }
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
