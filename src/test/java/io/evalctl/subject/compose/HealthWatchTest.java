package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.TimeSource;
import io.evalctl.question.Answer;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.compose.ContainerLook.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthWatchTest {
  private static final SubjectDefinition SHOP =
      SubjectFile.parse(
          "subject file x.yaml", SubjectFileTest.SMALL, it -> new ComposeSource.Shipped(""));
  private static final Answer WELL = Answer.Given.http(200, "");

  private final AtomicLong nanos = new AtomicLong();
  private final TimeSource time =
      new TimeSource() {
        @Override
        public Instant now() {
          return Instant.ofEpochSecond(0, nanos.get());
        }

        @Override
        public long nanoTime() {
          return nanos.get();
        }

        @Override
        public void sleep(Duration duration) {
          nanos.addAndGet(duration.toNanos());
        }
      };

  private static List<ContainerLook> running() {
    return List.of(
        new ContainerLook("web", "1", "a", State.RUNNING, "Up"),
        new ContainerLook("b", "2", "b", State.RUNNING, "Up"));
  }

  @Test
  void neverWaitsForANodeThatDoesNotAnswer() {
    try (HealthWatch watch =
        new HealthWatch(
            SHOP,
            (node, ask, variables, timeout) -> new CompletableFuture<>(),
            HealthWatchTest::running,
            time)) {
      // Nothing ever completes: a sample that waited would not come back.
      assertThat(watch.sample().healthy()).isFalse();
      assertThat(watch.sample().nodes().get("a").status()).isNotEqualTo(Status.SERVING);
    }
  }

  @Test
  void neverWaitsForAnEngineThatDoesNotAnswer() {
    CountDownLatch never = new CountDownLatch(1);
    try (HealthWatch watch =
        new HealthWatch(
            SHOP,
            (node, ask, variables, timeout) -> CompletableFuture.completedFuture(WELL),
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return running();
            },
            time)) {
      EtcdBench.await("probes", () -> watch.sample().nodes().get("b").status() == Status.SERVING);
      assertThat(watch.sample().reason()).isEqualTo("the engine does not tell of its containers");
    }
  }

  @Test
  void whatWasSeenLongAgoCountsNoMore() {
    try (HealthWatch watch =
        new HealthWatch(
            SHOP,
            (node, ask, variables, timeout) ->
                nanos.get() == 0
                    ? CompletableFuture.completedFuture(WELL)
                    : new CompletableFuture<>(),
            HealthWatchTest::running,
            time)) {
      EtcdBench.await("health", () -> watch.sample().healthy());

      nanos.set(Duration.ofSeconds(10).toNanos());

      EtcdBench.await(
          "the engine to be heard again", () -> !watch.sample().reason().contains("engine"));
      assertThat(watch.sample().healthy()).isFalse();
      assertThat(watch.sample().nodes().get("a").status()).isEqualTo(Status.UNRESPONSIVE);
      assertThat(watch.sample().nodes().get("a").detail()).isEqualTo("no look for 10.0s");
    }
  }

  /** It counts as serving while it is given time, but of that time nothing is known. */
  @Test
  void tellsUpToWhenItKnowsOfANodeThatOwesAnAnswer() {
    List<CompletableFuture<Answer>> owed = new CopyOnWriteArrayList<>();
    try (HealthWatch watch =
        new HealthWatch(
            SubjectFile.parse(
                "subject file x.yaml",
                SubjectFileTest.SMALL.replace("interval: 1s", "interval: 50ms"),
                it -> new ComposeSource.Shipped("")),
            (node, ask, variables, timeout) -> {
              CompletableFuture<Answer> answer = new CompletableFuture<>();
              if (nanos.get() == 0 || node.equals("b")) {
                answer.complete(WELL);
              } else {
                owed.add(answer);
              }
              return answer;
            },
            HealthWatchTest::running,
            time)) {
      EtcdBench.await("health", () -> watch.sample().healthy());
      nanos.set(1_000);
      EtcdBench.await("a question without an answer", () -> !owed.isEmpty());
      assertThat(watch.sample().healthy()).isTrue();
      assertThat(watch.sample().asOfNanos()).isZero();

      EtcdBench.await(
          "all of it to be known",
          () -> {
            owed.forEach(answer -> answer.complete(WELL));
            return watch.sample().asOfNanos() == 1_000;
          });
    }
  }

  @Test
  void aContainerThatIsNoNodeMustRunOrHaveSucceeded() {
    for (String status : List.of("Exited (0) 1 second ago", "Exited (3) 1 second ago")) {
      try (HealthWatch watch =
          new HealthWatch(
              SHOP,
              (node, ask, variables, timeout) -> CompletableFuture.completedFuture(WELL),
              () ->
                  List.of(
                      running().get(0),
                      running().get(1),
                      new ContainerLook("init", "3", "init", State.STOPPED, status)),
              time)) {
        EtcdBench.await(
            "a verdict",
            () -> watch.sample().healthy() || watch.sample().reason().startsWith("container"));
        assertThat(watch.sample().healthy()).isEqualTo(status.contains("(0)"));
      }
    }
  }
}
