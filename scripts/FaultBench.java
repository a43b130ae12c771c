import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.docker.DockerEngine;
import io.evalctl.subject.compose.fault.ComposeFaultRecovery;
import io.evalctl.subject.compose.fault.ComposeFaults;
import io.evalctl.subject.compose.fault.FaultScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The benchmark of faults in containers: from the injection to the look that sees it, and the
 * healing of twenty journalled faults. Needs root, an engine, and an image with Python 3 (argument
 * 2, made by scripts/sandbox-image).
 */
public final class FaultBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TimeSource TIME = TimeSource.system();
  private static final int ROUNDS = 11;
  private static final int NODES = 5;
  private static final int FAULTS = 20;

  private final Path scratch;
  private final String image;
  private final String run = "bench" + ProcessHandle.current().pid();
  private final Map<String, String> containers = new LinkedHashMap<>();
  private ComposeFaults faults;

  private FaultBench(Path scratch, String image) {
    this.scratch = scratch;
    this.image = image;
  }

  public static void main(String[] args) throws Exception {
    Path scratch = Files.createTempDirectory("evalctl-bench");
    FaultBench bench = new FaultBench(scratch, args.length > 1 ? args[1] : "evalctl-sandbox:local");
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      bench.start(engine);
      bench.onset(ChaosType.NODE_KILL);
      bench.onset(ChaosType.PROCESS_PAUSE);
      bench.onset(ChaosType.NETWORK_PARTITION);
      bench.onset(ChaosType.PACKET_LOSS);
      bench.onset(ChaosType.BANDWIDTH);
      bench.heal();
    } finally {
      bench.end();
      try (Stream<Path> files = Files.walk(scratch)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void start(DockerEngine engine) throws Exception {
    docker("network", "create", run);
    for (int i = 1; i <= NODES; i++) {
      String name = run + "-n" + i;
      containers.put("n" + i, name);
      docker(
          "run", "-d", "--name", name, "--network", run, "--restart", "always", "--expose", "8000",
          "--label", "com.docker.compose.project=" + run, "--stop-signal", "KILL",
          image, "python3", "-m", "http.server", "8000");
    }
    faults =
        new ComposeFaults(
            engine,
            new FaultScope(
                run, run, containers, () -> Optional.of("n1"), NODES, Duration.ofMinutes(10),
                scratch.resolve("faults"), Map.of("n1", "/var", "n2", "/var", "n3", "/var", "n4", "/var", "n5", "/var"),
                Map.of(), null),
            TIME);
  }

  private FaultPlan plan(ChaosType type, String target) {
    return faults.plan(
        new FaultRequest(type, target, Map.of()), new SplittableRandom(target.hashCode()));
  }

  /** From the call that makes the fault to the start of the first look that sees it. */
  private void onset(ChaosType type) throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      FaultPlan plan = plan(type, "n2");
      long began = System.nanoTime();
      faults.inject(plan);
      Waiter.until(
          "the witness", Deadline.in(Duration.ofSeconds(20), TIME), Duration.ofMillis(5),
          () -> faults.visible(plan));
      millis.add((System.nanoTime() - began) / 1e6);
      faults.undo(type, plan.metadata());
      Waiter.until(
          "the end", Deadline.in(Duration.ofSeconds(20), TIME), Duration.ofMillis(5),
          () -> faults.gone(type, plan.metadata()));
    }
    double target = type == ChaosType.NODE_KILL || type == ChaosType.PROCESS_PAUSE ? 300 : 1000;
    print("onset " + type.label(), median(millis), "ms", target, max(millis));
  }

  /** Four kinds in each of five containers, undone as a later process would. */
  private void heal() {
    List<ComposeFaultRecovery.OpenFault> open = new ArrayList<>();
    for (int i = 0; i < FAULTS; i++) {
      ChaosType type =
          List.of(
                  ChaosType.NETWORK_PARTITION, ChaosType.CPU_STARVATION,
                  ChaosType.DISK_PRESSURE, ChaosType.NODE_KILL)
              .get(i / NODES);
      FaultPlan plan =
          faults.plan(
              new FaultRequest(
                  type,
                  "n" + (i % NODES + 1),
                  type == ChaosType.DISK_PRESSURE ? Map.of("mb", "4") : Map.of()),
              new SplittableRandom(i));
      faults.inject(plan);
      open.add(new ComposeFaultRecovery.OpenFault(i + 1, type, plan.metadata()));
    }
    long began = System.nanoTime();
    try (ComposeFaultRecovery recovery =
        new ComposeFaultRecovery(scratch.resolve("faults"), System.getenv(), TIME)) {
      recovery
          .recover(open)
          .forEach(
              recovered -> {
                if (recovered.failure() != null) {
                  throw recovered.failure();
                }
              });
    }
    print("heal " + FAULTS + " faults", (System.nanoTime() - began) / 1e9, "s", 10, null);
  }

  private void end() throws Exception {
    for (String name : containers.values()) {
      docker("rm", "-fv", name);
    }
    docker("network", "rm", run);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static double max(List<Double> values) {
    return values.stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  private static void print(String name, double value, String unit, double target, Double max) {
    ObjectNode line = JSON.createObjectNode().put("figure", name);
    line.put("value", Math.round(value * 100) / 100.0).put("unit", unit).put("target", target);
    if (max != null) {
      line.put("max", Math.round(max * 100) / 100.0).put("rounds", ROUNDS);
    }
    System.out.println(line);
  }

  private static void docker(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command));
    }
  }
}
