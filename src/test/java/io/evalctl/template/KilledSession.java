package io.evalctl.template;

import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A session in a process of its own, to be killed in the middle of it. */
final class KilledSession implements AutoCloseable {
  private final Process process;

  private KilledSession(Process process) {
    this.process = process;
  }

  /**
   * @param server null for an embedded one
   */
  static KilledSession start(ServerAddress server, Path state, String what) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Running.java().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledSession.class.getName(),
                state.toString(),
                what));
    builder.environment().put("PG_KIND", server == null ? "embedded" : "env");
    if (server != null) {
      builder.environment().put("DATABASE_URL", server.databaseUrl("postgres"));
    }
    return new KilledSession(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** What it says when it is where it should be killed. */
  String awaitLine() throws IOException {
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  void kill() {
    process.destroyForcibly();
    Scratch.await("the end of a killed session", () -> !process.isAlive());
  }

  @Override
  public void close() {
    kill();
  }

  public static void main(String[] args) throws Exception {
    Path state = Path.of(args[0]);
    TestSessions sessions =
        new TestSessions(
            ServerChoice.parse(System.getenv("PG_KIND"), System.getenv()), state.getParent());
    boolean keep = args[1].equals("keep");
    try (TemplateDatabase database = sessions.open(keep, 2)) {
      TemplateSpec spec =
          args[1].equals("build")
              ? TemplateSpec.of(Files.createDirectories(state.resolveSibling("endless")))
              : TestSessions.colony();
      if (args[1].equals("build")) {
        Files.writeString(spec.migrations().resolve("V1__zzz.sql"), "select 'zzz', pg_sleep(600);");
      }
      CloneLease lease = database.lease(spec, TestSessions.soon());
      System.out.println(lease.name());
      new CountDownLatch(1).await();
    }
  }
}
