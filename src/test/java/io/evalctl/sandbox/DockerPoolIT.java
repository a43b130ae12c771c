package io.evalctl.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.Attachment;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.testing.Scratch;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pool on a real engine, and what may happen to its containers. */
class DockerPoolIT {
  private static final TimeSource TIME = TimeSource.system();

  private final String run = "test-" + UUID.randomUUID();
  private final List<String> notes = new ArrayList<>();
  private DockerEngine engine;

  @BeforeAll
  static void docker() {
    Engines.assumeDocker();
  }

  @BeforeEach
  void connect() {
    engine = DockerEngine.connect(System.getenv());
  }

  @AfterEach
  void nothingIsLeft() {
    engine.close();
    Scratch.await("the end of all containers", () -> Engines.containers(run).isEmpty());
  }

  private SandboxSettings settings(int poolSize) {
    return SandboxSettings.of(Backend.DOCKER, poolSize, run);
  }

  private ContainerPool open(SandboxSettings settings) {
    return Sandboxes.open(settings, System.getenv(), notes::add, TIME);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(20), TIME);
  }

  private static SandboxExecutor ready(SandboxLease lease) {
    lease.executor().setUp(List.of(), Map.of(), Map.of());
    return lease.executor();
  }

  private static Execution execute(SandboxExecutor executor, String code) {
    return executor.execute(code, Duration.ofSeconds(10));
  }

  @Test
  void theContainerIsConfinedAsDesigned() {
    try (ContainerPool pool = open(settings(1));
        SandboxLease lease = pool.acquire(soon())) {
      ready(lease);
      assertThat(pool.description()).startsWith("docker ").contains("API 1.");
      InspectContainerResponse container =
          engine.client().inspectContainerCmd(Engines.containers(run).get(0)).exec();
      HostConfig host = container.getHostConfig();
      assertThat(host.getNetworkMode()).isEqualTo("none");
      assertThat(host.getReadonlyRootfs()).isTrue();
      assertThat(host.getCapDrop()).extracting(Enum::name).containsExactly("ALL");
      assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
      assertThat(host.getPidsLimit()).isEqualTo(64);
      assertThat(host.getMemory()).isEqualTo(512L << 20).isEqualTo(host.getMemorySwap());
      assertThat(host.getNanoCPUs()).isEqualTo(1_000_000_000);
      assertThat(host.getTmpFs()).containsOnlyKeys("/sandbox", "/tmp");
      assertThat(host.getTmpFs().get("/tmp"))
          .contains("noexec")
          .contains("nosuid")
          .contains("size=");
      assertThat(host.getBinds()).isNullOrEmpty();
      assertThat(host.getPrivileged()).isFalse();
      assertThat(host.getLogConfig().getType().getType()).isEqualTo("none");
      assertThat(container.getMounts()).isEmpty();
      assertThat(container.getConfig().getUser()).isEqualTo("65534:65534");
      assertThat(container.getConfig().getLabels())
          .containsKeys(
              "io.evalctl.run",
              "io.evalctl.pid",
              "io.evalctl.host",
              "io.evalctl.created",
              "io.evalctl.kind");
    }
  }

  @Test
  void aWarmSandboxServesOneQueryAfterAnother() {
    try (ContainerPool pool = open(settings(2))) {
      for (int i = 0; i < 6; i++) {
        try (SandboxLease lease = pool.acquire(soon())) {
          assertThat(execute(ready(lease), "print('x' in globals()); x = 1").stdout())
              .isEqualTo("False\n");
        }
      }
      assertThat(pool.statistics().started()).isEqualTo(2);
      pool.start();
      assertThat(Engines.containers(run)).hasSize(2);
    }
  }

  @Test
  void withoutAPoolEveryQueryHasAContainerOfItsOwn() {
    try (ContainerPool pool = open(settings(0))) {
      assertThat(Engines.containers(run)).isEmpty();
      for (int i = 0; i < 2; i++) {
        try (SandboxLease lease = pool.acquire(soon())) {
          assertThat(execute(ready(lease), "print(1)").stdout()).isEqualTo("1\n");
          Scratch.await("one container", () -> Engines.containers(run).size() == 1);
        }
      }
      Scratch.await("none", () -> Engines.containers(run).isEmpty());
      assertThat(pool.statistics().started()).isEqualTo(2);
    }
  }

  @Test
  void overflowIsServedAndShrinksAgain() {
    try (ContainerPool pool = open(settings(1).withMaxSize(3))) {
      List<SandboxLease> leases = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        leases.add(pool.acquire(soon()));
      }
      assertThat(pool.statistics().inUse()).isEqualTo(3);
      assertThatThrownBy(() -> pool.acquire(Deadline.in(Duration.ofMillis(300), TIME)))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
                assertThat(e.getMessage()).contains("0.3s").contains("3 of at most 3");
              });
      CompletableFuture<SandboxLease> next =
          CompletableFuture.supplyAsync(() -> pool.acquire(soon()));
      leases.get(0).close();
      next.join().close();
      leases.forEach(SandboxLease::close);
      Scratch.await(
          "one idle", () -> pool.statistics().idle() == 1 && pool.statistics().inUse() == 0);
      Scratch.await("one container", () -> Engines.containers(run).size() == 1);
    }
  }

  @Test
  void stopEndsWhatIsInUseAndWhoWaits() throws Exception {
    ContainerPool pool = open(settings(1).withMaxSize(1));
    SandboxLease lease = pool.acquire(soon());
    SandboxExecutor executor = ready(lease);
    CompletableFuture<Execution> running =
        CompletableFuture.supplyAsync(() -> execute(executor, "while True: pass"));
    CompletableFuture<SandboxLease> waiting =
        CompletableFuture.supplyAsync(() -> pool.acquire(soon()));
    Scratch.await("its turn", () -> pool.statistics().inUse() == 1);
    pool.stop();
    assertThat(Engines.containers(run)).isEmpty();
    assertThat(code(running)).isEqualTo(ErrorCode.SANDBOX_LOST);
    assertThat(code(waiting)).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
    lease.close();
    pool.stop();
    assertThatThrownBy(() -> pool.acquire(soon()))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE));
    assertThat(notes).isEmpty();
  }

  private static ErrorCode code(CompletableFuture<?> future) throws Exception {
    try {
      future.get(30, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return ((EvalctlException) e.getCause()).code();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "pause", "remove"})
  void aContainerThatIsTakenAwayWithinAQueryIsReplaced(String what) throws Exception {
    Map<String, BiConsumer<DockerEngine, String>> ways =
        Map.of(
            "kill", (docker, id) -> docker.client().killContainerCmd(id).exec(),
            "pause", (docker, id) -> docker.client().pauseContainerCmd(id).exec(),
            "remove",
                (docker, id) -> docker.client().removeContainerCmd(id).withForce(true).exec());
    try (ContainerPool pool = open(settings(1).withMaxSize(1).withGrace(Duration.ofMillis(300)))) {
      try (SandboxLease lease = pool.acquire(soon())) {
        SandboxExecutor executor = ready(lease);
        CompletableFuture<Execution> running =
            CompletableFuture.supplyAsync(
                () -> executor.execute("import time; time.sleep(60)", Duration.ofSeconds(2)));
        ways.get(what).accept(engine, Engines.containers(run).get(0));
        assertThat(code(running)).isEqualTo(ErrorCode.SANDBOX_LOST);
        assertThatThrownBy(() -> execute(executor, "1"))
            .isInstanceOfSatisfying(
                EvalctlException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_LOST));
      }
      try (SandboxLease lease = pool.acquire(soon())) {
        assertThat(execute(ready(lease), "print(1)").stdout()).isEqualTo("1\n");
      }
      assertThat(pool.statistics().started()).isEqualTo(2);
    }
  }

  @Test
  void anIdleContainerThatDiedIsNotHandedOut() {
    try (ContainerPool pool = open(settings(1))) {
      pool.acquire(soon()).close();
      Scratch.await("it is back", () -> pool.statistics().idle() == 1);
      engine.client().killContainerCmd(Engines.containers(run).get(0)).exec();
      try (SandboxLease lease = pool.acquire(soon())) {
        assertThat(execute(ready(lease), "print(1)").stdout()).isEqualTo("1\n");
      }
    }
  }

  @Test
  void anEngineThatIsRestartedIsUsedAgain() throws Exception {
    try (SocketRelay relay = SocketRelay.start(Path.of("/var/run/docker.sock"))) {
      Map<String, String> environment = new HashMap<>(System.getenv());
      environment.put("DOCKER_HOST", relay.address());
      try (ContainerPool pool =
          Sandboxes.open(settings(1).withMaxSize(1), environment, notes::add, TIME)) {
        try (SandboxLease lease = pool.acquire(soon())) {
          SandboxExecutor executor = ready(lease);
          relay.goDown();
          assertThatThrownBy(() -> execute(executor, "1"))
              .isInstanceOfSatisfying(
                  EvalctlException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_LOST));
        }
        Scratch.await("it is given up", () -> pool.statistics().inUse() == 0);
        assertThatThrownBy(() -> pool.acquire(soon()))
            .isInstanceOfSatisfying(
                EvalctlException.class,
                e -> assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.DOCKER_UNREACHABLE));
        relay.comeUp();
        try (SandboxLease lease = pool.acquire(soon())) {
          assertThat(execute(ready(lease), "print(1)").stdout()).isEqualTo("1\n");
        }
      }
    }
  }

  @Test
  void aContainerThatCannotBeAttachedToIsAnErrorAtOnce() throws Exception {
    Attachment.Listener nobody =
        new Attachment.Listener() {
          @Override
          public void output(byte[] data) {}

          @Override
          public void end(String why) {}
        };
    try (SocketRelay relay = SocketRelay.start(Path.of("/var/run/docker.sock"))) {
      DockerEngine relayed = DockerEngine.connect(Map.of("DOCKER_HOST", relay.address()));
      assertThatThrownBy(() -> relayed.attach(run, InputStream.nullInputStream(), nobody))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.DOCKER_REFUSED))
          .hasMessageContainingAll("attaching to container " + run + " failed", "404 Not Found");
      relay.goDown();
      assertThatThrownBy(() -> relayed.attach(run, InputStream.nullInputStream(), nobody))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.DOCKER_UNREACHABLE))
          .hasMessageContaining("no answer");
      relayed.close();
    }
  }

  @Test
  void whereNoEngineAnswersThatIsSaid() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("DOCKER_HOST", "unix:///nowhere/docker.sock");
    assertThatThrownBy(() -> Sandboxes.open(settings(1), environment, notes::add, TIME))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DOCKER_UNREACHABLE);
              assertThat(e.getMessage()).contains("unix:///nowhere/docker.sock");
              assertThat(e.hint()).contains("scripts/docker-engine");
            });
  }

  @Test
  void anImageThatCannotBePulledIsAnError() throws Exception {
    // nobody listens there, so that the answer comes at once
    int port;
    try (java.net.ServerSocket free = new java.net.ServerSocket()) {
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      port = free.getLocalPort();
    }
    String image = "127.0.0.1:" + port + "/nothing:1";
    assertThatThrownBy(() -> open(settings(1).withImage(image)))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_IMAGE);
              assertThat(e.getMessage()).contains(image);
              assertThat(e.hint()).contains("scripts/sandbox-image");
            });
    assertThat(notes).containsExactly("pulling the image " + image);
  }

  @Test
  void aRuntimeThatTheEngineDoesNotHaveIsAnError() {
    assertThatThrownBy(() -> open(settings(1).withRuntime("nothing")))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DOCKER_REFUSED);
              assertThat(e.getMessage()).contains("'nothing'").contains("runc");
            });
  }

  @Test
  @Tag("alone")
  void whatAKilledEvalctlLeavesIsRemoved(@TempDir Path directory) throws Exception {
    Process holder = PoolHolder.start(directory, Backend.DOCKER, run);
    try {
      String id = Engines.containers(run).get(0);
      engine.client().pauseContainerCmd(id).exec();
      SandboxReaper reaper = new SandboxReaper(System.getenv(), TIME);
      assertThat(reaper.describe()).as("its owner lives").noneMatch(line -> line.contains(run));
      holder.destroyForcibly().waitFor();
      assertThat(reaper.describe())
          .filteredOn(line -> line.contains(run))
          .singleElement()
          .asString()
          .contains(id.substring(0, 12))
          .contains("paused")
          .contains("process " + holder.pid());
      assertThat(Engines.containers(run)).hasSize(1);
      assertThat(reaper.reap()).filteredOn(line -> line.contains(run)).hasSize(1);
      assertThat(Engines.containers(run)).isEmpty();
      assertThat(reaper.describe()).noneMatch(line -> line.contains(run));
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  @Tag("alone")
  void theNextPoolRemovesItToo(@TempDir Path directory) throws Exception {
    Process holder = PoolHolder.start(directory, Backend.DOCKER, run);
    try {
      engine.client().pauseContainerCmd(Engines.containers(run).get(0)).exec();
      holder.destroyForcibly().waitFor();
      SandboxSettings next = SandboxSettings.of(Backend.DOCKER, 0, run + "-next");
      try (ContainerPool pool = open(next)) {
        Scratch.await("its end", () -> Engines.containers(run).isEmpty());
        Scratch.await("its line", () -> notes.stream().anyMatch(line -> line.contains(run)));
        assertThat(pool.statistics().started()).isZero();
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  @Tag("alone")
  void aContainerEndsByItselfWhenItsEvalctlIsKilled(@TempDir Path directory) throws Exception {
    Process holder = PoolHolder.start(directory, Backend.DOCKER, run);
    holder.destroyForcibly().waitFor();
    Scratch.await("its end", () -> Engines.containers(run).isEmpty());
  }
}
