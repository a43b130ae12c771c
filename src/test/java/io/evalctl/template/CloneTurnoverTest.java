package io.evalctl.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloneTurnoverTest {
  private final ManualTime time = new ManualTime();
  private final List<String> happened = new ArrayList<>();
  private final List<Runnable> work = new ArrayList<>();
  private boolean idle = true;

  private final CloneTurnover.Drops drops =
      new CloneTurnover.Drops() {
        @Override
        public void drop(String clone) {
          happened.add("drop " + clone);
        }

        @Override
        public void later(Runnable task, Duration delay) {
          work.add(task);
        }

        @Override
        public boolean idle() {
          happened.add("idle?");
          return idle;
        }
      };

  @Test
  void clonesOfFilesAreDroppedAndReplacedAtOnce() {
    CloneTurnover turnover = turnover(false);
    take(turnover);
    turnover.giveBack("a");
    turnover.awaitDropped();
    assertThat(happened).containsExactly("refill", "drop a");
    assertThat(turnover.turn()).isFalse();
    assertThat(work).isEmpty();
  }

  @Test
  void clonesOfTheLogAreKeptUntilNoneIsReady() {
    CloneTurnover turnover = turnover(true);
    take(turnover);
    turnover.giveBack("a");
    take(turnover);
    turnover.giveBack("b");
    assertThat(happened).isEmpty();
    assertThat(turnover.turn()).isTrue();
    assertThat(happened).containsExactly("drop a", "drop b");
    assertThat(turnover.turn()).isFalse();
  }

  @Test
  void aSlowCasesCloneIsDroppedAndReplacedMeanwhile() {
    CloneTurnover turnover = turnover(true);
    take(turnover);
    turnover.giveBack("a");
    time.sleep(CloneTurnover.QUIET.minusMillis(1));
    take(turnover);
    time.sleep(Duration.ofMillis(1));
    due();
    assertThat(happened).as("quick so far").isEmpty();
    time.sleep(CloneTurnover.QUIET);
    due();
    assertThat(happened).containsExactly("drop a", "refill");
    assertThat(work).as("asleep").isEmpty();
    turnover.giveBack("b");
    assertThat(work).as("awake").hasSize(1);
  }

  @Test
  void whoWaitsForACloneIsNotSlow() {
    CloneTurnover turnover = turnover(true);
    turnover.giveBack("a");
    turnover.asked();
    time.sleep(CloneTurnover.QUIET.multipliedBy(3));
    due();
    assertThat(happened).isEmpty();
    turnover.served();
    turnover.taken(this::refill);
    time.sleep(CloneTurnover.QUIET);
    due();
    assertThat(happened).containsExactly("drop a", "refill");
  }

  @Test
  void onlySoManyAreKept() {
    CloneTurnover turnover = turnover(true);
    for (int i = 1; i <= CloneTurnover.MOST_KEPT + 1; i++) {
      turnover.giveBack("c" + i);
    }
    assertThat(happened).containsExactly("drop c1", "drop c2", "drop c3", "drop c4");
  }

  @Test
  void noCloneIsMadeWhileOthersAreDroppedButOneThatResistsHoldsNobodyUpForLong() {
    idle = false;
    turnover(true).awaitDropped();
    assertThat(happened).hasSizeGreaterThan(1).containsOnly("idle?");
    assertThat(time.nanoTime()).isEqualTo(Duration.ofMillis(500).toNanos());
  }

  private CloneTurnover turnover(boolean together) {
    CloneTurnover turnover = new CloneTurnover(drops, together, time);
    turnover.add(this::refill);
    return turnover;
  }

  private void take(CloneTurnover turnover) {
    turnover.asked();
    turnover.served();
    turnover.taken(this::refill);
  }

  private void refill() {
    happened.add("refill");
  }

  /** Runs what is scheduled. */
  private void due() {
    List<Runnable> tasks = List.copyOf(work);
    work.clear();
    tasks.forEach(Runnable::run);
  }
}
