import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The benchmark behind scripts/bench: whole processes, timed from outside, in pairs. */
public final class Bench {
  private static final int ROUNDS = 15;

  private final Path root;
  private final Path scratch;

  private Bench(Path root, Path scratch) {
    this.root = root;
    this.scratch = scratch;
  }

  public static void main(String[] args) throws Exception {
    Path scratch = Files.createTempDirectory("evalctl-bench");
    try {
      Bench bench = new Bench(Path.of(args[0]), scratch);
      List<String> figures =
          args.length > 1
              ? Arrays.asList(args).subList(1, args.length)
              : List.of("start-up", "campaign", "sighting");
      if (figures.contains("start-up")) {
        bench.startUp();
      }
      if (figures.contains("campaign") || figures.contains("sighting")) {
        bench.campaign(figures);
      }
      if (figures.contains("etcd")) {
        bench.etcd();
      }
      if (figures.contains("memory")) {
        bench.memory();
      }
    } finally {
      Figures.delete(scratch);
    }
  }

  /** The launcher against the least a JVM can do, in turn. */
  private void startUp() throws Exception {
    Path source = scratch.resolve("Hello.java");
    Files.writeString(
        source,
        "public class Hello { public static void main(String[] a) { System.out.println(\"hello\"); } }");
    Path javaHome = Path.of(System.getProperty("java.home"));
    run(List.of(javaHome.resolve("bin/javac").toString(), "-d", scratch.toString(), source.toString()));
    List<String> hello =
        List.of(javaHome.resolve("bin/java").toString(), "-cp", scratch.toString(), "Hello");
    for (String option : List.of("--version", "--help")) {
      List<String> evalctl = List.of(root.resolve("scripts/evalctl").toString(), option);
      run(hello);
      run(evalctl);
      List<Double> ratios = new ArrayList<>();
      List<Double> ours = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        double bare = run(hello);
        double mine = run(evalctl);
        ratios.add(mine / bare);
        ours.add(mine);
      }
      Figures.print(
          Figures.figure("start-up " + option, Figures.median(ratios), "times java hello-world", 4)
              .put("milliseconds", Figures.round(Figures.median(ours))));
    }
  }

  /** Ten trials with the runbook operator: what no named phase accounts for, and what was seen when. */
  private void campaign(List<String> figures) throws Exception {
    Path store = scratch.resolve("campaign.db");
    double wallMs = runTrials(store, "zookeeper");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
        Statement statement = connection.createStatement()) {
      if (figures.contains("campaign")) {
        ownShare("campaign own share", statement, wallMs);
      }
      if (figures.contains("sighting")) {
        sighting(statement);
      }
    }
  }

  /** The same in Docker; EVALCTL_ETCD_IMAGE may name the image that scripts/etcd-image builds. */
  private void etcd() throws Exception {
    Path store = scratch.resolve("etcd.db");
    double wallMs = runTrials(store, "etcd");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
        Statement statement = connection.createStatement()) {
      ownShare("etcd campaign own share", statement, wallMs);
    }
  }

  /** Ten trials of node-kill with the runbook; returns the process's wall time in milliseconds. */
  private double runTrials(Path store, String subject) throws Exception {
    long began = System.nanoTime();
    run(
        List.of(
            root.resolve("scripts/evalctl").toString(),
            "campaign",
            "--subject",
            subject,
            "--chaos",
            "node-kill",
            "--trials",
            "10",
            "--quiet",
            "--db",
            store.toString()));
    return (System.nanoTime() - began) / 1e6;
  }

  /** What no phase of a trial accounts for. */
  private static void ownShare(String name, Statement statement, double wallMs) throws Exception {
    double phases =
        number(
            statement,
            "select sum(json_extract(detail_json, '$.durationMs')) from trial_events"
                + " where kind = 'phase'");
    Figures.print(
        Figures.figure(name, (wallMs - phases) / wallMs, "of the wall time", 0.05)
            .put("trials", 10)
            .put("wallSeconds", Figures.round(wallMs / 1000))
            .put("healed", (int) number(statement, "select count(*) from trials where outcome = 'healed'")));
  }

  /** From the time a ticket's writer wrote into it to the time evalctl saw it. */
  private static void sighting(Statement statement) throws Exception {
    List<Double> lags = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "select (julianday(e.at) - julianday(case e.kind when 'ticket-opened'"
                + " then json_extract(t.operator_data_json, '$.tickets[0].created_at')"
                + " else json_extract(t.operator_data_json, '$.tickets[0].resolved_at') end))"
                + " * 86400000 + json_extract(e.detail_json, '$.sightedAfterMs')"
                + " from trial_events e join trials t on t.id = e.trial_id"
                + " where e.kind in ('ticket-opened', 'ticket-resolved')"
                + " and json_extract(e.detail_json, '$.sightedAfterMs') is not null")) {
      while (rows.next()) {
        lags.add(rows.getDouble(1));
      }
    }
    double poll = 25;
    Figures.print(
        Figures.figure("sighting lag", Figures.median(lags) / poll, "times the poll interval", 30 / poll)
            .put("medianMs", Figures.round(Figures.median(lags)))
            .put("maxMs", Figures.round(lags.stream().mapToDouble(Double::doubleValue).max().orElse(0)))
            .put("sightings", lags.size()));
  }

  /** Resident memory of evalctl itself, at trial 10 and at trial 200 of one campaign. */
  private void memory() throws Exception {
    Path store = scratch.resolve("memory.db");
    Process process =
        start(
            List.of(
                root.resolve("scripts/evalctl").toString(),
                "campaign",
                "--chaos",
                "node-kill",
                "--trials",
                "200",
                "--baseline",
                "--timeout",
                "500ms",
                "--settle",
                "500ms",
                "--quiet",
                "--db",
                store.toString()));
    Double early = null;
    double late = 0;
    double peak = 0;
    while (process.isAlive()) {
      Thread.sleep(200);
      double resident = residentMiB(process.pid());
      int done = Files.exists(store) ? trials(store) : 0;
      if (early == null && done >= 10) {
        early = resident;
      }
      late = resident > 0 ? resident : late;
      peak = Math.max(peak, resident);
    }
    Figures.print(
        Figures.figure("memory trial 200 / trial 10", late / early, "times", 1.1)
            .put("trial10MiB", Figures.round(early))
            .put("trial200MiB", Figures.round(late))
            .put("peakMiB", Figures.round(peak)));
  }

  private static int trials(Path store) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
        Statement statement = connection.createStatement()) {
      return (int) number(statement, "select count(*) from trials");
    } catch (Exception e) {
      return 0;
    }
  }

  private static double residentMiB(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (java.io.UncheckedIOException e) {
      return 0;
    }
  }

  private static double number(Statement statement, String sql) throws Exception {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.getDouble(1);
    }
  }

  /** Milliseconds from start to end. */
  private double run(List<String> command) throws Exception {
    long began = System.nanoTime();
    Process process = start(command);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
    return (System.nanoTime() - began) / 1e6;
  }

  private Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    for (String kind : List.of("DATA", "STATE", "CONFIG", "CACHE")) {
      builder.environment().put("XDG_" + kind + "_HOME", scratch.resolve(kind).toString());
    }
    return builder.start();
  }
}
