package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Result;
import io.evalctl.subject.LedgerCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project that knows nothing of evalctl: fixed names, fixed ports, files beside it. */
class UserProjectIT {
  private static final String COMPOSE =
      """
      services:
        web1: &web
          image: evalctl-etcd:local
          container_name: web1-of-everybody
          command: [sh, -c, "mkdir -p /keys && httpd -f -p 80 -h /pages"]
          ports: ["127.0.0.1:${PORT:-8080}:80"]
          volumes: ["./pages:/pages:ro"]
          stop_grace_period: 1s
        web2:
          <<: *web
          container_name: web2-of-everybody
        setup:
          image: evalctl-etcd:local
          command: ["true"]
      """;

  private static final String SUBJECT =
      """
      name: web
      compose: project/compose.yaml
      nodes:
        - {name: one, service: web1, ports: {http: 80}, config: [/pages/index.html]}
        - {name: two, service: web2, ports: {http: 80}}
      health:
        nodes:
          - name: page
            http: {port: http, path: /state.json}
            expect: [{path: $.ok, equals: true}]
          - tcp: {port: http}
          - exec: [test, -d, /keys]
            interval: 500ms
            timeout: 5s
            failures: 2
      state:
        - {name: host, exec: [hostname], timeout: 10s}
        - {name: load, http: {port: http, path: /state.json}, value: $.load, timeout: 10s}
      canary:
        nodes: [one]
        timeout: 30s
        write: {exec: [sh, -c, "mkdir -p /keys/$(dirname {{key}}); echo {{value}} > /keys/{{key}}"]}
        read: {exec: [cat, "/keys/{{key}}"]}
      """;

  @TempDir private Path directory;

  private Path files(String compose) throws IOException {
    Files.createDirectories(directory.resolve("project/pages"));
    Files.writeString(directory.resolve("project/compose.yaml"), compose);
    Files.writeString(directory.resolve("project/pages/index.html"), "hello");
    Files.writeString(directory.resolve("project/pages/state.json"), "{\"ok\": true, \"load\": 7}");
    return Files.writeString(directory.resolve("web.yaml"), SUBJECT);
  }

  @Test
  void twoOfItLiveSideBySideAndAreAskedInEveryWay() throws IOException {
    SubjectDefinition definition = SubjectFile.read(files(COMPOSE));
    try (EtcdBench one = EtcdBench.of(directory, definition, false).start();
        EtcdBench other = EtcdBench.of(directory, definition, false).start()) {
      // A busy machine is late with a probe now and then, also of what is well.
      EtcdBench.await("the other to be well", () -> other.subject.health().healthy());
      JsonNode state = one.subject.captureState();
      assertThat(state.at("/one/load").asInt()).isEqualTo(7);
      assertThat(state.at("/two/host").asText())
          .isEqualTo(state.at("/two/container").asText().substring(0, 12));
      assertThat(one.subject.nodes()).containsExactly("one", "two");
      assertThat(one.subject.leader()).isEmpty();

      Queue<CanaryOperation> seen = new ConcurrentLinkedQueue<>();
      try (Canary canary = one.subject.openCanary(seen::add)) {
        canary.start();
        EtcdBench.await("some operations", () -> seen.size() >= 4);
        canary.stop(EtcdBench.soon());
        LedgerCheck check = canary.verify(EtcdBench.soon());

        assertThat(seen).allMatch(operation -> operation.result() == Result.OK);
        assertThat(check.acknowledged()).isGreaterThanOrEqualTo(2);
        assertThat(check.lost()).isZero();
        assertThat(check.perNode()).containsEntry("two", -1);
      }

      String before = state.at("/one/configSha256").asText();
      Files.writeString(directory.resolve("project/pages/index.html"), "changed");
      assertThat(one.subject.captureState().at("/one/configSha256").asText()).isNotEqualTo(before);

      new ContainerExec(one.subject.engine(), one.subject.containers())
          .run("two", List.of("rm", "-r", "/keys"), Duration.ofSeconds(60));
      EtcdBench.await(
          "the exec probe to fail",
          () -> one.subject.health().reason().equals("two is not serving (exit code 1)"));
    }
  }

  @Test
  void keepsFilesAndLogsWhereAsked() throws IOException {
    SubjectDefinition definition = SubjectFile.read(files(COMPOSE));
    EtcdBench.assumeEngine();
    EtcdBench bench = EtcdBench.of(directory, definition, true);
    bench.subject.reset();
    bench.subject.close();

    assertThat(bench.home.resolve("compose.yaml")).isNotEmptyFile();
    assertThat(bench.home.resolve("subject.json")).isNotEmptyFile();
    assertThat(bench.home.resolve("logs").resolve(bench.container("one") + ".log")).exists();
    assertThat(bench.remains()).isEmpty();
  }

  @Test
  void saysWhatComposeDoesNotUnderstandAndWhatCannotStart() throws IOException {
    EtcdBench.assumeEngine();
    SubjectDefinition wrong = SubjectFile.read(files(COMPOSE.replace("services:", "servcies:")));
    assertThatThrownBy(() -> EtcdBench.of(directory, wrong, false))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_INPUT))
        .hasMessageContaining("web.yaml")
        .hasMessageContaining("servcies");
    assertThat(directory.resolve("runs")).isEmptyDirectory();

    SubjectDefinition sulking =
        SubjectFile.read(files(COMPOSE.replace("httpd -f -p 80 -h /pages", "echo I sulk; exit 3")));
    try (EtcdBench bench = EtcdBench.of(directory, sulking, false)) {
      bench.subject.reset();
      Deadline soon = Deadline.in(Duration.ofSeconds(2), EtcdBench.TIME);
      assertThatThrownBy(() -> bench.subject.waitHealthy(soon))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.SUBJECT_UNHEALTHY))
          .hasMessageContaining("one is down (Exited (3)")
          .hasMessageContaining("the log of one says: I sulk");
    }

    SubjectDefinition missing =
        SubjectFile.read(files(COMPOSE.replace("\"true\"", "/no/such/program")));
    try (EtcdBench bench = EtcdBench.of(directory, missing, false)) {
      assertThatThrownBy(bench.subject::reset)
          .isInstanceOfSatisfying(
              EvalctlException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.SUBJECT_START))
          .hasMessageContaining("/no/such/program");
    }
  }
}
