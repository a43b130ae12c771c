import com.fasterxml.jackson.databind.node.TextNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.sandbox.Backend;
import io.evalctl.sandbox.ContainerPool;
import io.evalctl.sandbox.Execution;
import io.evalctl.sandbox.SandboxExecutor;
import io.evalctl.sandbox.SandboxLease;
import io.evalctl.sandbox.SandboxListener;
import io.evalctl.sandbox.SandboxSettings;
import io.evalctl.sandbox.Sandboxes;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** The benchmark of sandboxes behind scripts/bench: real containers of a real engine. */
public final class SandboxBench {
  private static final TimeSource TIME = TimeSource.system();
  private static final int TRIPS = 2000;
  private static final int ROUNDS = 9;
  private static final int QUERIES = 500;

  private final String image;

  private SandboxBench(String image) {
    this.image = image;
  }

  public static void main(String[] args) throws Exception {
    String description;
    try (ContainerPool pool = open(0)) {
      description = pool.description();
    }
    SandboxBench bench = new SandboxBench(description.substring(description.lastIndexOf(' ') + 1));
    List<String> figures = List.of(args).subList(1, args.length);
    if (figures.contains("sandbox")) {
      bench.pool();
      bench.trips();
      bench.stop();
    }
    if (figures.contains("queries")) {
      bench.queries();
    }
  }

  private static ContainerPool open(int size) {
    return Sandboxes.open(
        SandboxSettings.of(Backend.DOCKER, size, "bench"),
        System.getenv(),
        SandboxListener.silent(),
        TIME);
  }

  private static SandboxLease acquire(ContainerPool pool) {
    return pool.acquire(Deadline.in(Duration.ofSeconds(60), TIME));
  }

  /** Acquiring from a warm pool, without one, and making a pool, against docker run, in turn. */
  private void pool() throws Exception {
    List<Double> runs = new ArrayList<>();
    List<Double> pools = new ArrayList<>();
    List<Double> none = new ArrayList<>();
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      runs.add(dockerRun());
      long began = System.nanoTime();
      try (ContainerPool pool = open(3)) {
        List<SandboxLease> leases = List.of(acquire(pool), acquire(pool), acquire(pool));
        pools.add(millis(began));
        leases.forEach(SandboxLease::close);
        for (int k = 0; k < 200; k++) {
          while (pool.statistics().idle() < 3) {
            Thread.sleep(1);
          }
          began = System.nanoTime();
          SandboxLease lease = acquire(pool);
          warm.add(millis(began));
          lease.close();
        }
      }
      try (ContainerPool pool = open(0)) {
        began = System.nanoTime();
        try (SandboxLease lease = acquire(pool)) {
          lease.executor().execute("x = 1", Duration.ofSeconds(5));
          none.add(millis(began));
        }
      }
    }
    double run = Figures.median(runs);
    Figures.print(Figures.figure("acquire from a warm pool", Figures.median(warm), "ms, median", 1).put("p99", Figures.round(Figures.percentile(warm, 0.99))));
    Figures.print(Figures.figure("what the pool saves", run / Figures.median(warm), "times faster than docker run --rm IMAGE true", 0).put("dockerRunMs", Figures.round(run)));
    // The first one pays for loading the client's classes.
    Figures.print(Figures.figure("a pool of 3 from nothing", Figures.median(pools) / run, "times one docker run", 1.5).put("milliseconds", Figures.round(Figures.median(pools))).put("firstMs", Figures.round(pools.get(0))));
    Figures.print(Figures.figure("no pool: acquire and x = 1", Figures.median(none) / run, "times one docker run", 0).put("milliseconds", Figures.round(Figures.median(none))));
  }

  /** x = 1 and a reset in a sandbox, against a byte through docker exec -i cat, in turn. */
  private void trips() throws Exception {
    String name = "evalctl-bench-" + ProcessHandle.current().pid();
    run(List.of("docker", "run", "-d", "--rm", "--name", name, "--network", "none", image, "sleep", "600"));
    Process cat = new ProcessBuilder("docker", "exec", "-i", name, "cat").start();
    try (ContainerPool pool = open(1)) {
      OutputStream out = cat.getOutputStream();
      InputStream in = cat.getInputStream();
      List<Double> echoes = new ArrayList<>();
      List<Double> trips = new ArrayList<>();
      try (SandboxLease lease = acquire(pool)) {
        SandboxExecutor executor = lease.executor();
        executor.setUp(List.of(), Map.of(), Map.of());
        for (int i = 0; i < TRIPS; i++) {
          long began = System.nanoTime();
          out.write('x');
          out.flush();
          in.read();
          double echo = millis(began);
          began = System.nanoTime();
          executor.execute("x = 1", Duration.ofSeconds(5));
          if (i >= TRIPS / 4) {
            echoes.add(echo);
            trips.add(millis(began));
          }
        }
      }
      double echo = Figures.median(echoes);
      Figures.print(
          Figures.figure("execute x = 1", Figures.median(trips) / echo, "times a byte through docker exec -i cat", 2)
              .put("microseconds", Figures.round(1000 * Figures.median(trips)))
              .put("echoMicroseconds", Figures.round(1000 * echo)));
      List<Double> ready = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        SandboxLease lease = acquire(pool);
        lease.executor().execute("x = 1", Duration.ofSeconds(5));
        long began = System.nanoTime();
        lease.close();
        acquire(pool).close();
        ready.add(millis(began));
        acquire(pool).close();
      }
      Figures.print(
          Figures.figure("reset, until the next query has it ready", Figures.median(ready), "ms, median", 15)
              .put("p99", Figures.round(Figures.percentile(ready, 0.99))));
    } finally {
      cat.destroyForcibly();
      run(List.of("docker", "rm", "-f", name));
    }
  }

  private void stop() throws Exception {
    List<Double> stops = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ContainerPool pool = open(8);
      List<SandboxLease> leases = new ArrayList<>();
      for (int k = 0; k < 8; k++) {
        leases.add(acquire(pool));
      }
      long began = System.nanoTime();
      pool.stop();
      stops.add(millis(began));
    }
    Figures.print(Figures.figure("stop of 8 containers in use", Figures.median(stops), "ms, median", 1000));
  }

  /** Queries on a pool of 4; what there is after the last, against after the fiftieth. */
  private void queries() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ContainerPool pool = open(4)) {
      long began = System.nanoTime();
      Sizes early = null;
      for (int done = 0; done < QUERIES; done += 50) {
        List<Future<?>> round = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          round.add(threads.submit(() -> query(pool)));
        }
        for (Future<?> each : round) {
          each.get();
        }
        while (pool.statistics().idle() < 4) {
          Thread.sleep(1);
        }
        early = early == null ? sizes() : early;
      }
      double each = millis(began) / QUERIES;
      Sizes late = sizes();
      Figures.print(
          Figures.figure("heap after 500 queries", late.heap / early.heap, "times that after 50", 1.1)
              .put("heapMiB", Figures.round(late.heap))
              .put("threads", late.threads - early.threads)
              .put("descriptors", late.descriptors - early.descriptors)
              .put("containers", late.containers - early.containers)
              .put("started", pool.statistics().started())
              .put("msPerQuery", Figures.round(each)));
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void query(ContainerPool pool) {
    try (SandboxLease lease = acquire(pool)) {
      SandboxExecutor executor = lease.executor();
      executor.setUp(
          List.of("document ".repeat(1000)),
          Map.of(),
          Map.of("llm_query", arguments -> TextNode.valueOf("answer to " + arguments.get(0).asText().length())));
      executor.execute("parts = [llm_query(c[:500]) for c in context]; print(parts)", Duration.ofSeconds(20));
      Execution last = executor.execute("FINAL(parts[0])", Duration.ofSeconds(20));
      if (!last.answer().asText().equals("answer to 500")) {
        throw new IllegalStateException(last.toString());
      }
      return null;
    }
  }

  private record Sizes(double heap, int threads, long descriptors, int containers) {}

  private static Sizes sizes() throws Exception {
    double heap = Double.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      heap = Math.min(heap, (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0);
    }
    Process list = new ProcessBuilder("docker", "ps", "-aq", "--filter", "label=io.evalctl.run=bench").start();
    int containers;
    try (InputStream ids = list.getInputStream()) {
      containers = new String(ids.readAllBytes()).split("\n").length;
    }
    list.waitFor();
    list.getErrorStream().close();
    list.getOutputStream().close();
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return new Sizes(heap, Thread.activeCount(), files.count(), containers);
    }
  }

  private double dockerRun() throws Exception {
    return run(List.of("docker", "run", "--rm", "--network", "none", image, "true"));
  }

  /** Milliseconds from start to end. */
  private static double run(List<String> command) throws Exception {
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(new File("/dev/null"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
    return millis(began);
  }

  private static double millis(long began) {
    return (System.nanoTime() - began) / 1e6;
  }
}
