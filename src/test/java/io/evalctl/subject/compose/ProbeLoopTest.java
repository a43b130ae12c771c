package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.ManualTime;
import io.evalctl.question.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProbeLoopTest {
  private static final SubjectDefinition.Probe PROBE =
      SubjectFile.parse(
              "subject file x.yaml", SubjectFileTest.SMALL, it -> new ComposeSource.Shipped(""))
          .probes()
          .get(0);
  private static final Answer WELL = Answer.Given.http(200, "");
  private static final Answer SILENT = new Answer.Missing("no answer in time");

  private final ManualTime time = new ManualTime();
  private final List<CompletableFuture<Answer>> looks = new ArrayList<>();
  private final ProbeLoop loop =
      new ProbeLoop(
          PROBE,
          "a",
          (node, ask, variables, timeout) -> {
            looks.add(new CompletableFuture<>());
            return looks.get(looks.size() - 1);
          },
          time);

  /** A container that is starting swallows a connection; the next one is answered at once. */
  @Test
  void aLookThatHangsHidesNoLaterOne() {
    loop.look();
    loop.look();
    looks.get(1).complete(WELL);
    assertThat(passing()).isTrue();

    looks.get(0).complete(SILENT);
    assertThat(passing()).as("what began earlier is out of date").isTrue();
  }

  @Test
  void theLookThatBeganLastCounts() {
    loop.look();
    looks.get(0).complete(WELL);
    for (int i = 1; i <= PROBE.failures(); i++) {
      loop.look();
      looks.get(i).complete(SILENT);
    }
    assertThat(passing()).isFalse();
  }

  @Test
  void aNodeThatNeverAnswersIsNotAskedWithoutEnd() {
    for (int i = 0; i < 1000; i++) {
      loop.look();
    }
    assertThat(looks).hasSizeLessThan(100);
    int before = looks.size();
    looks.get(0).complete(SILENT);
    loop.look();
    assertThat(looks).hasSize(before + 1);
  }

  @Test
  void saysWhenItTakesLongerThanItsInterval() {
    take(Duration.ofMillis(1_300));
    assertThat(loop.slowness()).as("one may be slow").isEmpty();
    take(Duration.ofMillis(1_700));
    assertThat(loop.slowness())
        .contains(
            "probe nodes 1 of a takes up to 1.7s, longer than its interval of 1s: give it a longer"
                + " one, or a cheaper question");

    for (int i = 0; i < 20; i++) {
      take(Duration.ofMillis(900));
    }
    assertThat(loop.slowness()).as("it has become quick").isEmpty();
  }

  private void take(Duration duration) {
    loop.look();
    time.sleep(duration);
    looks.get(looks.size() - 1).complete(WELL);
  }

  private boolean passing() {
    return loop.standing(time.nanoTime()).passing();
  }
}
