import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.template.CloneLease;
import io.evalctl.template.ServerChoice;
import io.evalctl.template.TemplateDatabase;
import io.evalctl.template.TemplateListener;
import io.evalctl.template.TemplateOptions;
import io.evalctl.template.TemplateSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The benchmark of evals behind scripts/bench: whole processes, as a user starts them. */
public final class EvalBench {
  private static final TimeSource TIME = TimeSource.system();
  private static final int CASES = 500;
  private static final int MANY_CASES = 2000;
  private static final int ROUNDS = 3;
  private static final int CONNECTIONS = 2;

  private final Path root;
  private final Path scratch;
  private String template;

  /** How a process went: its wall time, and its resident memory. */
  private record Run(double seconds, long peakKib, long halfWayKib, long lastKib, int exitCode) {}

  private EvalBench(Path root, Path scratch) {
    this.root = root;
    this.scratch = scratch;
  }

  public static void main(String[] args) throws Exception {
    Path scratch = Files.createTempDirectory("evalctl-eval-bench");
    try {
      EvalBench bench = new EvalBench(Path.of(args[0]), scratch);
      List<String> figures = Arrays.asList(args).subList(1, args.length);
      if (figures.contains("chat")) {
        bench.chat();
      }
      if (figures.contains("clones")) {
        bench.clones();
      }
      if (figures.contains("flat")) {
        bench.flat();
      }
    } finally {
      Figures.delete(scratch);
    }
  }

  /** Cases that ask a mock and need no database; promptfoo took 2.5 s and 228 MiB for 500 echoes. */
  private void chat() throws Exception {
    Files.writeString(
        scratch.resolve("mock.json"), "{\"replies\":[{\"text\":\"ok\",\"repeat\":true}]}");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < CASES; i++) {
      lines.append(
          "{\"name\":\"case%d\",\"input\":\"Repeat %d.\",\"scorers\":[{\"type\":\"includes\",\"value\":\"ok\"}]}\n"
              .formatted(i, i));
    }
    Path dataset = Files.writeString(scratch.resolve("chat.jsonl"), lines);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      runs.add(evalctl(Map.of(), dataset.toString(), "--model", "mock:mock.json"));
    }
    double seconds = Figures.median(runs.stream().map(Run::seconds).toList());
    double mib = runs.stream().mapToLong(Run::peakKib).max().orElseThrow() / 1024.0;
    Figures.print(
        Figures.figure("500 chat cases", seconds / 2.5, "times promptfoo's 2.5 s, at most", 1)
            .put("seconds", Figures.round(seconds))
            .put("peakMiB", Figures.round(mib))
            .put("limitMiB", 228));
  }

  /**
   * Cases whose task is nothing, each on a clone, against psql alone on the same server, which makes
   * its clones in the same way: as evalctl does on a server of its own, and as a server does when it
   * is not told how, which is what evalctl leaves a user's at.
   */
  private void clones() throws Exception {
    Path migrations = Files.createDirectories(scratch.resolve("migrations"));
    Files.writeString(migrations.resolve("V1__small.sql"), "create table small(id int);");
    clones(migrations, new ServerChoice.Embedded(), "in memory");
    clones(migrations, new ServerChoice.Embedded(scratch), "on a disk");
  }

  private void clones(Path migrations, ServerChoice choice, String where) throws Exception {
    Path dataset = exec(CASES);
    try (TemplateDatabase database = server(choice);
        CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
      clones(lease.environment(), dataset, "a user's, " + where, "");
      clones(lease.environment(), dataset, "evalctl's own, " + where, "file_copy");
    }
  }

  private void clones(Map<String, String> place, Path dataset, String whose, String strategy)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(dataset.toString(), "--model", "none", "--pg", "env"));
    if (!strategy.isEmpty()) {
      command.addAll(List.of("--clone-strategy", strategy));
    }
    List<Double> ratios = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      double psql = psql(place, strategy);
      double ours = evalctl(place, command.toArray(String[]::new)).seconds();
      ratios.add(psql / ours);
      rates.add(CASES / ours);
    }
    Figures.print(
        Figures.figure(
                "500 empty cases on clones, server " + whose,
                Figures.median(ratios),
                "of psql's rate, at least",
                0.8)
            .put("casesPerSecond", Figures.round(Figures.median(rates))));
  }

  private void flat() throws Exception {
    Path migrations = Files.createDirectories(scratch.resolve("migrations"));
    Files.writeString(migrations.resolve("V1__small.sql"), "create table small(id int);");
    Run run = evalctl(Map.of(), exec(MANY_CASES).toString(), "--model", "none");
    Figures.print(
        Figures.figure(
                "memory over 2000 cases",
                (double) run.lastKib() / run.halfWayKib(),
                "times from half-way to the end",
                1.1)
            .put("peakMiB", Figures.round(run.peakKib() / 1024.0)));
  }

  private Path exec(int cases) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            name: empty
            task: exec
            exec: ['true']
            database: {migrations: migrations}
            scorers: [{type: finished}]
            cases:
            """);
    for (int i = 0; i < cases; i++) {
      text.append("  - {name: case%d}\n".formatted(i));
    }
    return Files.writeString(scratch.resolve("exec%d.yaml".formatted(cases)), text);
  }

  private TemplateDatabase server(ServerChoice choice) {
    return TemplateDatabase.open(
        choice,
        new TemplateOptions(
            false, 0, null, "bench", scratch.resolve("state"), scratch.resolve("cache/evalctl")),
        new TemplateListener() {
          @Override
          public void built(String name, Duration took) {
            template = name;
          }
        },
        TIME);
  }

  /** As many connections as evalctl clones and drops on, each creating and dropping in turn. */
  private double psql(Map<String, String> place, String strategy) throws Exception {
    List<Process> connections = new ArrayList<>();
    long start = System.nanoTime();
    for (int c = 0; c < CONNECTIONS; c++) {
      StringBuilder script = new StringBuilder();
      for (int i = 0; i < CASES / CONNECTIONS; i++) {
        script.append(
            "create database bench_%d_%d template %s%s;\n"
                .formatted(c, i, template, strategy.isEmpty() ? "" : " strategy " + strategy));
        script.append("drop database bench_%d_%d;\n".formatted(c, i));
      }
      Path file = Files.writeString(scratch.resolve("twin%d.sql".formatted(c)), script);
      ProcessBuilder builder =
          new ProcessBuilder(
              "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", file.toString());
      builder.environment().putAll(place);
      builder.environment().remove("DATABASE_URL");
      connections.add(builder.inheritIO().start());
    }
    for (Process connection : connections) {
      if (connection.waitFor() != 0) {
        throw new IllegalStateException("psql failed");
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private Run evalctl(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("scripts/evalctl").toString());
    command.add("eval");
    command.addAll(List.of(arguments));
    command.addAll(List.of("--db", scratch.resolve("eval.db").toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(scratch.toFile());
    builder.environment().putAll(environment);
    if (environment.containsKey("PGDATABASE")) {
      builder.environment().put("PGDATABASE", "postgres");
      builder.environment().remove("DATABASE_URL");
    }
    builder.environment().put("XDG_STATE_HOME", scratch.resolve("state").toString());
    builder.environment().put("XDG_CACHE_HOME", scratch.resolve("cache").toString());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long start = System.nanoTime();
    Process process = builder.start();
    long halfWay = 0;
    long last = 0;
    int lines = 0;
    try (BufferedReader progress = process.errorReader()) {
      for (String line = progress.readLine(); line != null; line = progress.readLine()) {
        lines++;
        if (lines % 20 == 0) {
          long now = status(process, "VmRSS:");
          last = now > 0 ? now : last;
          halfWay = lines <= MANY_CASES / 2 ? last : halfWay;
        }
        peak = Math.max(peak, status(process, "VmHWM:"));
      }
    }
    int exitCode = process.waitFor();
    Run run = new Run((System.nanoTime() - start) / 1e9, peak, halfWay, last, exitCode);
    peak = 0;
    if (exitCode != 0) {
      throw new IllegalStateException("evalctl ended with " + exitCode);
    }
    return run;
  }

  private long peak;

  private static long status(Process process, String field) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(5), TIME);
  }
}
