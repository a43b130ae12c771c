package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.testing.Commands;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A few containers on a network of their own, each with a TCP server on port 8000, as a Compose
 * project would have them. Made and removed with the docker command, so that what is tested does
 * not set its own stage.
 */
final class FaultyCluster implements AutoCloseable {
  static final String IMAGE =
      System.getenv().getOrDefault("EVALCTL_TEST_IMAGE", "evalctl-sandbox:local");
  static final int PORT = 8000;
  private static final Commands DEFAULT = new Commands(System.getenv());

  private static final String SERVER =
      """
      import http.server, os, signal, socket, sys, threading
      # As the first process of a container it would not hear of it otherwise.
      signal.signal(signal.SIGTERM, lambda *_: threading.Timer(2, os._exit, [0]).start())
      open('/etc/node.conf').read().index('port = 8000')
      class Server(http.server.ThreadingHTTPServer):
          address_family = socket.AF_INET6 if sys.argv[1] == '::' else socket.AF_INET
      Server((sys.argv[1], 8000), http.server.SimpleHTTPRequestHandler).serve_forever()
      """;

  final String run = UUID.randomUUID().toString().substring(0, 8);
  final String project = "evctest" + run;
  final Map<String, String> containers = new LinkedHashMap<>();
  final Path directory;
  final DockerEngine engine;
  final Commands commands;

  private final boolean six;

  FaultyCluster(Path directory, int nodes, String... options) {
    this(directory, false, nodes, options);
  }

  /**
   * @param six whether the nodes have IPv6 addresses besides, and serve there too
   */
  FaultyCluster(Path directory, boolean six, int nodes, String... options) {
    this(directory, System.getenv(), six);
    for (int i = 1; i <= nodes; i++) {
      name("n" + i);
    }
    containers.keySet().parallelStream().forEach(node -> start(node, options));
    containers.keySet().forEach(this::awaitServing);
  }

  /**
   * One without nodes so far.
   *
   * @param environment tells where the engine is
   */
  FaultyCluster(Path directory, Map<String, String> environment, boolean six) {
    this.directory = directory;
    this.six = six;
    this.engine = DockerEngine.connect(environment);
    this.commands = new Commands(environment);
    List<String> network = new ArrayList<>(List.of("network", "create"));
    if (six) {
      String subnet =
          "fd%s:%s:%s::/64".formatted(run.substring(0, 2), run.substring(2, 6), run.substring(4));
      network.addAll(List.of("--ipv6", "--subnet", subnet));
    }
    network.addAll(List.of("--label", "evalctl-test=" + run, project));
    commands.docker(network.toArray(String[]::new));
  }

  /** Adds one more node. */
  void add(String node, String... options) {
    name(node);
    start(node, options);
  }

  private void name(String node) {
    containers.put(node, project + "-" + node);
  }

  void start(String node, String... options) {
    List<String> words = new ArrayList<>(List.of("create", "--name", containers.get(node)));
    words.addAll(List.of("--network", project, "--label", "evalctl-test=" + run));
    words.addAll(List.of("--label", "com.docker.compose.project=" + project, "--expose", "8000"));
    words.addAll(List.of("--stop-signal", "KILL"));
    words.addAll(List.of(options));
    words.addAll(List.of(IMAGE, "python3", "-c", SERVER, six ? "::" : ""));
    commands.docker(words.toArray(String[]::new));
    if (!List.of(options).contains("-v")) {
      configure(node, "# a node\nport = 8000\nname = " + node + "\n");
    }
    commands.docker("start", containers.get(node));
  }

  private void configure(String node, String text) {
    try {
      Path file = Files.writeString(directory.resolve(node + ".conf"), text);
      commands.docker("cp", file.toString(), containers.get(node) + ":/etc/node.conf");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  FaultScope scope(int maxNodes, Duration lifetime) {
    return new FaultScope(
        project,
        run,
        containers,
        () -> Optional.of("n1"),
        maxNodes,
        lifetime,
        claims(),
        each("/var"),
        each("/etc/node.conf"),
        null);
  }

  private Map<String, String> each(String path) {
    Map<String, String> all = new LinkedHashMap<>();
    containers.keySet().forEach(node -> all.put(node, path));
    return all;
  }

  Path claims() {
    return directory.resolve("state/evalctl/faults");
  }

  ComposeFaults faults() {
    return faults(FaultScope.minority(containers.size()));
  }

  ComposeFaults faults(int maxNodes) {
    return new ComposeFaults(engine, scope(maxNodes, Duration.ofMinutes(5)), TimeSource.system());
  }

  static FaultRequest request(ChaosType type, String target, String... parameters) {
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      given.put(parameters[i], parameters[i + 1]);
    }
    return new FaultRequest(type, target, given);
  }

  static FaultPlan plan(ComposeFaults faults, ChaosType type, String target, String... given) {
    return faults.plan(request(type, target, given), new SplittableRandom(7));
  }

  static void awaitVisible(ComposeFaults faults, FaultPlan plan) {
    Scratch.await("the witness of " + plan.type(), () -> faults.visible(plan));
  }

  /** Undoes, and sees that nothing is left. */
  static Optional<String> undo(ComposeFaults faults, FaultPlan plan) {
    faults.undo(plan.type(), plan.metadata());
    Scratch.await("the end of " + plan.type(), () -> faults.gone(plan.type(), plan.metadata()));
    return faults.undoNote(plan.type(), plan.metadata());
  }

  /** What nothing of ours may change for good; only processes may be new. */
  Map<String, List<String>> state() {
    return containers.keySet().parallelStream()
        .collect(
            Collectors.toMap(
                node -> node, this::state, (one, other) -> one, () -> new TreeMap<>()));
  }

  /** How the state differs from a former one, a line for each node where it does. */
  List<String> differences(Map<String, List<String>> before) {
    Map<String, List<String>> now = state();
    return now.keySet().stream()
        .filter(node -> !now.get(node).equals(before.get(node)))
        .map(node -> node + ": " + NetworkState.difference(before.get(node), now.get(node)))
        .toList();
  }

  private List<String> state(String node) {
    String id = inspect(node, "{{.Id}}");
    long pid = Long.parseLong(pid(node));
    ControlGroup processor = ControlGroup.of(id, pid, "cpu");
    ControlGroup memory = ControlGroup.of(id, pid, "memory");
    return List.of(
        String.join(
                "\n",
                inspect(node, "{{json .HostConfig}} {{.State.Running}} {{.State.Paused}}"),
                rules(node),
                "stopped: "
                    + HostAccess.processes(id).stream().filter(ProcessIdentity::stopped).count(),
                processor
                    .read("cpu.cfs_quota_us")
                    .or(() -> processor.read("cpu.max"))
                    .orElseThrow(),
                memory
                    .read("memory.limit_in_bytes")
                    .or(() -> memory.read("memory.max"))
                    .orElseThrow(),
                commands.docker(
                    "exec",
                    container(node),
                    "sh",
                    "-c",
                    "cat /etc/node.conf; ls -A /var /data 2>&1; :"))
            .split("\n"));
  }

  /** Rules and queues of a node's network, without counters. */
  String rules(String node) {
    return inNetwork(node, "sh", "-c", "iptables-save; ip6tables-save; tc qdisc show")
        .lines()
        // The times of remarks, and ports of the engine's own name server, new with every start.
        .filter(line -> !line.startsWith("#") && !line.contains("127.0.0.11"))
        // Looking at a table makes it.
        .filter(line -> !line.matches("[*]\\S+|COMMIT|:[A-Z]+ ACCEPT.*"))
        .map(line -> line.replaceFirst(" \\[\\d+:\\d+\\]$", ""))
        .collect(Collectors.joining("\n"));
  }

  /** When each was started last. */
  String starts() {
    return commands.docker(
        Stream.concat(
                Stream.of("inspect", "-f", "{{.Name}} {{.State.StartedAt}}"),
                containers.values().stream())
            .toArray(String[]::new));
  }

  String container(String node) {
    return containers.get(node);
  }

  String inspect(String node, String format) {
    return commands.docker("inspect", "-f", format, container(node)).strip();
  }

  String pid(String node) {
    return inspect(node, "{{.State.Pid}}");
  }

  String address(String node) {
    return inspect(node, "{{(index .NetworkSettings.Networks \"" + project + "\").IPAddress}}");
  }

  String addressSix(String node) {
    return inspect(
        node, "{{(index .NetworkSettings.Networks \"" + project + "\").GlobalIPv6Address}}");
  }

  /** Runs a command in a node's network. */
  String inNetwork(String node, String... command) {
    List<String> words = new ArrayList<>(List.of("nsenter", "-t", pid(node), "-n"));
    words.addAll(List.of(command));
    return run(words.toArray(String[]::new));
  }

  /** Whether one node opens a connection to another and gets an answer. */
  boolean reaches(String from, String to) {
    return reachesAt(from, address(to));
  }

  boolean reachesAt(String from, String address) {
    return tryRun(
            "nsenter",
            "-t",
            pid(from),
            "-n",
            "timeout",
            "1",
            "bash",
            "-c",
            "exec 3<>/dev/tcp/%s/%d && printf 'GET /etc/hostname HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q ' 200 ' <&3"
                .formatted(address, PORT))
        == 0;
  }

  void awaitServing(String node) {
    Scratch.await(node + " to serve", () -> serving(node));
  }

  boolean serving(String node) {
    return inspect(node, "{{.State.Running}}").equals("true") && reaches(node, node);
  }

  static String docker(String... words) {
    return DEFAULT.docker(words);
  }

  static String run(String... command) {
    return Commands.run(command);
  }

  static int tryRun(String... command) {
    return Commands.tryRun(command);
  }

  /** Removes everything, whatever state it is in. */
  @Override
  public void close() {
    engine.close();
    Stream.of(commands.docker("ps", "-aq", "--filter", "label=evalctl-test=" + run).split("\\s+"))
        .parallel()
        .filter(id -> !id.isEmpty())
        .forEach(id -> commands.tryDocker("rm", "-fv", id));
    commands.docker("network", "rm", project);
  }
}
