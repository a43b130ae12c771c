import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** The benchmark of probes behind scripts/bench: whole processes against a server on loopback. */
public final class ProbeBench {
  private static final int ROUNDS = 15;
  private static final int BATCHES = 3;
  private static final int INPUTS = 10_000;
  private static final int JOBS = 64;
  private static final byte[] ANSWER =
      ("{\"id\":\"x\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
              + "\"content\":\"Hello there\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3}}")
          .getBytes(StandardCharsets.UTF_8);

  /** What the launcher gives its JVM, for the bare loop too. */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m");

  private static final String HELLO =
      "public class Hello { public static void main(String[] a) { System.out.println(\"hello\"); } }";

  private static final String LOOP =
      """
      import java.net.URI;
      import java.net.http.HttpClient;
      import java.net.http.HttpRequest;
      import java.net.http.HttpResponse;
      import java.util.concurrent.Executors;
      import java.util.concurrent.TimeUnit;
      import java.util.concurrent.atomic.AtomicInteger;

      public class Loop {
        public static void main(String[] args) throws Exception {
          HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
          URI uri = URI.create(args[0] + "/v1/chat/completions");
          AtomicInteger left = new AtomicInteger(Integer.parseInt(args[1]));
          int jobs = Integer.parseInt(args[2]);
          var threads = Executors.newFixedThreadPool(jobs);
          for (int i = 0; i < jobs; i++) {
            threads.submit(() -> {
              for (int n = left.getAndDecrement(); n > 0; n = left.getAndDecrement()) {
                String body = "{\\"model\\":\\"m\\",\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"Say hello to " + n + ".\\"}]}";
                HttpRequest request = HttpRequest.newBuilder(uri).header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build();
                client.send(request, HttpResponse.BodyHandlers.ofByteArray());
              }
              return null;
            });
          }
          threads.shutdown();
          threads.awaitTermination(10, TimeUnit.MINUTES);
          Runtime.getRuntime().halt(left.get() <= 0 ? 0 : 1);
        }
      }
      """;

  private final Path evalctl;
  private final Path scratch;
  private final String url;

  private ProbeBench(Path root, Path scratch, String url) {
    this.evalctl = root.resolve("scripts/evalctl");
    this.scratch = scratch;
    this.url = url;
  }

  public static void main(String[] args) throws Exception {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    Path scratch = Files.createTempDirectory("evalctl-probe-bench");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, ANSWER.length);
          exchange.getResponseBody().write(ANSWER);
          exchange.close();
        });
    server.start();
    try {
      ProbeBench bench =
          new ProbeBench(
              Path.of(args[0]), scratch, "http://127.0.0.1:" + server.getAddress().getPort());
      List<String> figures = List.of(args).subList(1, args.length);
      if (figures.contains("probe")) {
        bench.probe();
      }
      if (figures.contains("batch")) {
        bench.batch();
      }
    } finally {
      server.stop(0);
      threads.shutdownNow();
      Figures.delete(scratch);
    }
  }

  /** One probe of one turn, the whole process, against the least a JVM can do, in turn. */
  private void probe() throws Exception {
    Path input = scratch.resolve("in.json");
    Files.writeString(input, line(0));
    List<String> hello = compiled("Hello", HELLO);
    List<String> probe = List.of(evalctl.toString(), "probe", "--base-url", url, input.toString());
    run(hello);
    run(probe);
    List<Double> ratios = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      double bare = run(hello);
      double mine = run(probe);
      ratios.add(mine / bare);
      ours.add(mine);
    }
    Figures.print(
        Figures.figure("one probe, one turn", Figures.median(ratios), "times java hello-world", 10)
            .put("milliseconds", Figures.round(Figures.median(ours))));
  }

  /** Ten thousand probes against a bare loop of the same requests, in turn; and what memory they took. */
  private void batch() throws Exception {
    Path inputs = scratch.resolve("in.jsonl");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < INPUTS; i++) {
      lines.add(line(i));
    }
    Files.write(inputs, lines);
    List<String> loop = new ArrayList<>(compiled("Loop", LOOP));
    loop.addAll(1, FLAGS);
    loop.addAll(List.of(url, Integer.toString(INPUTS), Integer.toString(JOBS)));
    List<Double> ratios = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    double peak = 0;
    double growth = 0;
    for (int i = 0; i < BATCHES; i++) {
      double bare = run(loop);
      Path out = scratch.resolve("out-" + i + ".jsonl");
      long began = System.nanoTime();
      Process process =
          start(
              List.of(
                  evalctl.toString(), "probe", "--batch", inputs.toString(), "--out", out.toString(),
                  "--jobs", Integer.toString(JOBS), "--base-url", url, "--quiet"));
      List<Double> resident = new ArrayList<>();
      while (process.isAlive()) {
        resident.add(residentMiB(process.pid()));
        Thread.sleep(20);
      }
      double mine = (System.nanoTime() - began) / 1e6;
      if (process.exitValue() != 0 || Files.readAllLines(out).size() != INPUTS) {
        throw new IllegalStateException("the batch ended with " + process.exitValue());
      }
      ratios.add(bare / mine);
      rates.add(INPUTS / mine * 1000);
      resident.removeIf(mib -> mib <= 0);
      double end = resident.get(resident.size() - 1);
      peak = Math.max(peak, resident.stream().mapToDouble(Double::doubleValue).max().orElse(0));
      growth = Math.max(growth, end / resident.get(resident.size() / 2));
    }
    Figures.print(
        Figures.figure("batch rate", Figures.median(ratios), "of a bare java.net.http loop, at least", 0.7)
            .put("inputs", INPUTS)
            .put("jobs", JOBS)
            .put("perSecond", Figures.round(Figures.median(rates))));
    Figures.print(
        Figures.figure("batch memory", growth, "times from half-way to the end", 1.1)
            .put("peakMiB", Figures.round(peak))
            .put("limitMiB", 256));
  }

  private static String line(int number) {
    return "{\"runId\":\"bench\",\"scenarioId\":\"s%d\",\"modelId\":\"openai-compatible:m\",\"scenario\":{\"prompt\":\"Say hello to %d.\"}}"
        .formatted(number, number);
  }

  private List<String> compiled(String name, String source) throws Exception {
    Path file = scratch.resolve(name + ".java");
    Files.writeString(file, source);
    Path javaHome = Path.of(System.getProperty("java.home"));
    run(List.of(javaHome.resolve("bin/javac").toString(), "-d", scratch.toString(), file.toString()));
    return List.of(javaHome.resolve("bin/java").toString(), "-cp", scratch.toString(), name);
  }

  private static double residentMiB(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
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
