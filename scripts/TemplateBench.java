import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.template.CloneLease;
import io.evalctl.template.ServerChoice;
import io.evalctl.template.TemplateDatabase;
import io.evalctl.template.TemplateListener;
import io.evalctl.template.TemplateOptions;
import io.evalctl.template.TemplateSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * The benchmark of template databases behind scripts/bench. psql, which it measures against, is
 * looked up on the PATH; both work on the server that EVALCTL_BENCH_PG_URL names, else on the
 * embedded one.
 */
public final class TemplateBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TimeSource TIME = TimeSource.system();
  private static final int ROUNDS = 15;
  private static final int CASES = 200;
  private static final int MIGRATE_ROUNDS = 3;
  private static final int MIGRATED = 8;
  private static final String BY_HAND = "initdb --no-sync, pg_ctl -w start and psql";
  private static final int RATE = 60;

  /** As many as a session has for this: two that create, one that drops. */
  private static final int CONNECTIONS = 3;

  private final Path root;
  private final Path scratch;
  private String template;

  /** The directory that evalctl has put the embedded server's data in. */
  private Path place;

  private TemplateBench(Path root, Path scratch) {
    this.root = root;
    this.scratch = scratch;
  }

  public static void main(String[] args) throws Exception {
    Path scratch = Files.createTempDirectory("evalctl-bench");
    try {
      TemplateBench bench = new TemplateBench(Path.of(args[0]), scratch);
      List<String> figures = Arrays.asList(args).subList(1, args.length);
      if (figures.contains("lease")) {
        bench.lease();
      }
      if (figures.contains("migrate")) {
        bench.migrate();
      }
      if (figures.contains("embedded")) {
        bench.embedded();
      }
    } finally {
      Figures.delete(scratch);
    }
  }

  private ServerChoice server() {
    String url = System.getenv("EVALCTL_BENCH_PG_URL");
    return url == null ? new ServerChoice.Embedded() : ServerChoice.parse("env", Map.of("DATABASE_URL", url));
  }

  private TemplateDatabase open(ServerChoice choice, int clones, Path cache) {
    return open(choice, clones, null, cache);
  }

  private TemplateDatabase open(ServerChoice choice, int clones, String strategy, Path cache) {
    return TemplateDatabase.open(
        choice,
        new TemplateOptions(false, clones, strategy, "bench", scratch.resolve("state"), cache),
        new TemplateListener() {
          @Override
          public void built(String name, Duration took) {
            template = name;
          }

          @Override
          public void dropFailed(String name, String why) {
            System.err.println("not dropped: " + name + ": " + why);
          }
        },
        TIME);
  }

  private Path cache() {
    return scratch.resolve("cache");
  }

  private TemplateSpec schema() {
    return TemplateSpec.of(root.resolve("src/test/resources/io/evalctl/template/colony"));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(5), TIME);
  }

  /** Leases against what psql needs for the same, on the same server and template, in turn. */
  private void lease() throws Exception {
    try (TemplateDatabase ahead = open(server(), 2, cache())) {
      Map<String, String> place;
      try (CloneLease first = ahead.lease(schema(), soon())) {
        place = maintenance(first);
        select(first);
      }
      ServerChoice same = ServerChoice.parse("env", place);
      try (TemplateDatabase none = open(same, 0, cache())) {
        none.lease(schema(), soon()).close();
        List<Double> psql = new ArrayList<>();
        List<Double> ready = new ArrayList<>();
        List<Double> cold = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          String name = "bench_" + round;
          psql.add(
              timed(
                  () -> {
                    psql(place, "postgres", "create database " + name + " template " + template);
                    psql(place, name, "select 1");
                  }));
          psql(place, "postgres", "drop database " + name + " with (force)");
          cold.add(leased(none));
          TIME.sleep(Duration.ofMillis(300));
          ready.add(leased(ahead));
          TIME.sleep(Duration.ofMillis(300));
        }
        print("lease-ready", Figures.median(ready), Figures.median(psql), 0.2, "psql's create database and connect");
        print("lease-cold", Figures.median(cold), Figures.median(psql), 1.2, "psql's create database and connect");
      }
      rate(place);
    }
  }

  /** Create, connect, drop, again and again: leases against psql with a file of statements. */
  private void rate(Map<String, String> place) throws Exception {
    try (TemplateDatabase database = open(ServerChoice.parse("env", place), 2, cache())) {
      database.lease(schema(), soon()).close();
      List<Path> scripts = new ArrayList<>();
      for (int connection = 0; connection < CONNECTIONS; connection++) {
        StringBuilder script = new StringBuilder();
        for (int i = connection; i < RATE; i += CONNECTIONS) {
          script.append("create database rate_%d template %s;\n".formatted(i, template));
          script.append("drop database rate_%d with (force);\n".formatted(i));
        }
        scripts.add(Files.writeString(scratch.resolve(connection + ".sql"), script));
      }
      List<Double> plain = new ArrayList<>();
      List<Double> leased = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        plain.add(
            timed(
                () -> {
                  List<Process> running = new ArrayList<>();
                  for (Path script : scripts) {
                    running.add(start(place, "postgres", List.of("-q", "-f", script.toString())));
                  }
                  for (Process process : running) {
                    expect(process);
                  }
                }));
        leased.add(
            timed(
                () -> {
                  for (int i = 0; i < RATE; i++) {
                    database.lease(schema(), soon()).close();
                  }
                }));
      }
      Figures.print(
          Figures.figure(
                  "rate",
                  Figures.median(plain) / Figures.median(leased),
                  "of " + CONNECTIONS + " psql's at once, create and drop database",
                  0)
              .put("leasesPerSecond", Figures.round(RATE / Figures.median(leased))));
    }
  }

  /**
   * Two hundred cases, each on a clone, against migrating a database for each by a Flyway that is
   * warm. Some of the latter come before and after each of the former.
   */
  private void migrate() throws Exception {
    try (TemplateDatabase database = open(server(), 2, cache())) {
      Map<String, String> place;
      try (CloneLease first = database.lease(schema(), soon())) {
        place = maintenance(first);
      }
      migrated(place);
      List<Double> ratios = new ArrayList<>();
      List<Double> cloned = new ArrayList<>();
      List<Double> migrated = new ArrayList<>(List.of(migrated(place)));
      for (int round = 0; round < MIGRATE_ROUNDS; round++) {
        cloned.add(cloned(ServerChoice.parse("env", place), round));
        migrated.add(migrated(place));
        double around = (migrated.get(round) + migrated.get(round + 1)) / 2;
        ratios.add(around * CASES / cloned.get(round));
      }
      ObjectNode line =
          Figures.figure(
              "migrate", Figures.median(ratios), "times faster than migrating, at least", 10);
      line.put("cases", CASES).put("clonedSeconds", Figures.round(Figures.median(cloned)));
      line.put("migratedSeconds", Figures.round(Figures.median(migrated) * CASES));
      Figures.print(line.put("migratedSample", MIGRATED * migrated.size()));
    }
  }

  /**
   * With the build of the template and the end of all clones; they are made as they are when the
   * server is evalctl's own, unless a server of the user's takes part.
   */
  private double cloned(ServerChoice server, int round) throws Exception {
    Path copy = Files.createDirectories(scratch.resolve("schema" + round));
    for (Path file : files(schema().migrations())) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    Files.writeString(copy.resolve("R__bench.sql"), "select " + round + ";");
    String strategy = server() instanceof ServerChoice.Embedded ? "file_copy" : null;
    return timed(
        () -> {
          try (TemplateDatabase fresh = open(server, 2, strategy, cache())) {
            for (int i = 0; i < CASES; i++) {
              try (CloneLease lease = fresh.lease(TemplateSpec.of(copy), soon())) {
                select(lease);
              }
            }
          }
        });
  }

  /** Seconds for one database. */
  private double migrated(Map<String, String> place) throws Exception {
    return timed(
            () -> {
              for (int i = 0; i < MIGRATED; i++) {
                String name = "migrated_" + i;
                sql(place, "create database " + name);
                FluentConfiguration flyway =
                    Flyway.configure()
                        .dataSource(
                            jdbc(place, name), place.get("PGUSER"), place.get("PGPASSWORD"))
                        .locations("filesystem:" + schema().migrations())
                        .loggers("slf4j");
                // Else CREATE INDEX CONCURRENTLY waits for Flyway's own lock.
                flyway
                    .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                    .setTransactionalLock(false);
                flyway.load().migrate();
                sql(place, "drop database " + name + " with (force)");
              }
            })
        / MIGRATED;
  }

  /**
   * From nothing to the first connection, against the same by hand on the same file system as the
   * server's data; and on that of the cache, where what is not cached yet has to go first.
   */
  private void embedded() throws Exception {
    Path warm = scratch.resolve("warm");
    started(warm);
    Path programs;
    try (Stream<Path> found = Files.walk(warm)) {
      programs = found.filter(path -> path.endsWith("bin/initdb")).findFirst().orElseThrow().getParent();
    }
    List<Double> hand = new ArrayList<>();
    List<Double> handInCache = new ArrayList<>();
    List<Double> cached = new ArrayList<>();
    List<Double> uncached = new ArrayList<>();
    for (int round = 0; round < 7; round++) {
      hand.add(byHand(programs, place));
      handInCache.add(byHand(programs, scratch));
      cached.add(started(warm));
      try (Stream<Path> found = Files.list(warm.resolve("postgres"))) {
        for (Path pristine : found.filter(path -> path.getFileName().toString().startsWith("initdb-")).toList()) {
          Figures.delete(pristine);
        }
      }
      uncached.add(started(warm));
    }
    double nothing = started(scratch.resolve("nothing"));
    print("embedded-cached", Figures.median(cached), Figures.median(hand), 0.5, BY_HAND);
    print("embedded-uncached", Figures.median(uncached), Figures.median(hand), 1.5, BY_HAND);
    print("embedded-cached, by hand in the cache", Figures.median(cached), Figures.median(handInCache), 0.5, BY_HAND);
    print("embedded-uncached, by hand in the cache", Figures.median(uncached), Figures.median(handInCache), 1.5, BY_HAND);
    print("embedded-unpacked-first", nothing, Figures.median(hand), 0, BY_HAND);
  }

  /** An empty template: what is left is the server's start, one empty database and its clone. */
  private double started(Path cache) throws Exception {
    double[] took = {0};
    try (TemplateDatabase database =
        TemplateDatabase.open(
            new ServerChoice.Embedded(),
            new TemplateOptions(false, 0, null, "bench", scratch.resolve("state"), cache),
            new TemplateListener() {
              @Override
              public void serverStarted(io.evalctl.template.ServerFacts facts, Duration length) {
                took[0] = length.toNanos() / 1e9;
              }
            },
            TIME)) {
      database
          .lease(new TemplateSpec(null, List.of(), null, null, null, List.of()), soon())
          .close();
      for (Path entry : files(scratch.resolve("state/postgres"))) {
        Path own = Path.of(JSON.readTree(entry.toFile()).path("directory").asText()).getParent();
        place = own.startsWith(scratch) ? scratch : own;
      }
    }
    return took[0];
  }

  private double byHand(Path programs, Path where) throws Exception {
    Path home = Files.createTempDirectory(where, "evalctl-bench-hand");
    Path data = home.resolve("data");
    boolean root = "root".equals(System.getProperty("user.name"));
    List<String> prefix = root ? List.of("unshare", "-U") : List.of();
    int port = 20000 + (int) (ProcessHandle.current().pid() % 10000);
    double took =
        timed(
            () -> {
              run(prefix, programs.resolve("initdb").toString(), "--no-sync", "-D", data.toString(), "-U", "postgres", "-A", "trust");
              run(prefix, programs.resolve("pg_ctl").toString(), "-w", "-D", data.toString(), "-l", scratch.resolve("hand.log").toString(), "-o", "-c port=" + port + " -c unix_socket_directories= -c listen_addresses=127.0.0.1", "start");
              run(List.of(), "psql", "-h", "127.0.0.1", "-p", "" + port, "-U", "postgres", "-c", "select 1");
            });
    run(prefix, programs.resolve("pg_ctl").toString(), "-D", data.toString(), "-m", "immediate", "stop");
    Figures.delete(home);
    return took;
  }

  private double leased(TemplateDatabase database) throws Exception {
    CloneLease[] lease = {null};
    double took =
        timed(
            () -> {
              lease[0] = database.lease(schema(), soon());
              select(lease[0]);
            });
    lease[0].close();
    return took;
  }

  private static void select(CloneLease lease) throws Exception {
    try (Connection connection = lease.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("select 1");
    }
  }

  /** Libpq's variables for the server itself. */
  private static Map<String, String> maintenance(CloneLease lease) {
    Map<String, String> place = new HashMap<>(lease.environment());
    place.remove("DATABASE_URL");
    place.put("PGDATABASE", "postgres");
    return place;
  }

  private static String jdbc(Map<String, String> place, String database) {
    return "jdbc:postgresql://" + place.get("PGHOST") + ":" + place.get("PGPORT") + "/" + database;
  }

  private static void sql(Map<String, String> place, String sql) throws Exception {
    try (Connection connection =
            DriverManager.getConnection(jdbc(place, "postgres"), place.get("PGUSER"), place.get("PGPASSWORD"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void psql(Map<String, String> place, String database, String sql) throws Exception {
    expect(start(place, database, List.of("-q", "-c", sql)));
  }

  private static Process start(Map<String, String> place, String database, List<String> more) throws IOException {
    List<String> command = new ArrayList<>(List.of("psql", "-X", "-v", "ON_ERROR_STOP=1"));
    command.addAll(more);
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT).environment().putAll(place);
    builder.environment().put("PGDATABASE", database);
    return builder.start();
  }

  private static void run(List<String> prefix, String... words) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(words));
    expect(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
  }

  private static void expect(Process process) throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException("exit code " + process.exitValue() + " of " + process.info());
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double timed(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void print(String figure, double ours, double theirs, double limit, String what) {
    Figures.print(
        Figures.figure(figure, ours / theirs, "times " + what, limit)
            .put("milliseconds", Figures.round(1000 * ours)));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.toList();
    }
  }
}
