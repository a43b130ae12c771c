package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileFaultsIT {
  private static final String NODE = "zk2";
  private static FaultedEnsemble ensemble;

  @BeforeAll
  static void boot(@TempDir Path scratch) {
    ensemble = FaultedEnsemble.of(scratch, 3);
    assertThatThrownBy(() -> ensemble.plan(ChaosType.DATA_CORRUPTION, NODE))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAULT_NOT_INJECTED));
    ensemble.write();
  }

  @AfterEach
  void isWholeAgain() {
    ensemble.checkWhole();
  }

  @AfterAll
  static void end() {
    ensemble.close();
  }

  private static FaultPlan config(ConfigMistake mistake) {
    return LongStream.range(0, 1000)
        .mapToObj(seed -> ensemble.plan(ChaosType.CONFIG_CORRUPTION, NODE, Map.of(), seed))
        .filter(plan -> plan.metadata().path("mistake").asText().equals(mistake.label()))
        .findFirst()
        .orElseThrow();
  }

  private static FaultPlan data(String kind, long seed) {
    return ensemble.plan(ChaosType.DATA_CORRUPTION, NODE, Map.of("kind", kind), seed);
  }

  private static void assertCannotStart() {
    assertThatThrownBy(() -> ensemble.command.start(NODE))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SUBJECT_START));
    assertThat(ensemble.home(NODE).process()).isEmpty();
  }

  private static ProcessIdentity process() {
    return ensemble.home(NODE).process().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void everyMistakeKeepsTheNodeDownUntilItIsUndone(ConfigMistake mistake) throws IOException {
    Path file = ensemble.home(NODE).config();
    String before = Files.readString(file);
    List<String> around = namesIn(file.getParent());
    FaultPlan plan = ensemble.strike(config(mistake));
    assertThat(Files.readString(file)).isNotEqualTo(before);
    assertCannotStart();
    assertThat(ensemble.gone(plan)).isFalse();
    ensemble.undo(plan);
    assertThat(file).hasContent(before);
    assertThat(ensemble.visible(plan)).isFalse();
    ProcessIdentity started = process();
    ensemble.undo(plan);
    assertThat(process()).isEqualTo(started);
    assertThat(namesIn(file.getParent())).isEqualTo(around);
  }

  @Test
  void configurationThatWasMendedIsLeftAlone() throws IOException {
    Path file = ensemble.home(NODE).config();
    String before = Files.readString(file);
    FaultPlan plan = ensemble.strike(config(ConfigMistake.TICK_TIME_ZERO));
    String mended = before + "# mended\n";
    Files.writeString(file, mended);
    ensemble.undo(plan); // the mender has not started it yet
    ProcessIdentity started = process();
    assertThat(ensemble.gone(plan)).isTrue();
    ensemble.undo(plan);
    assertThat(process()).isEqualTo(started);
    assertThat(file).hasContent(mended);
    Files.writeString(file, before);
  }

  @Test
  void configurationThatWasMadeWorseIsLeftAlone() throws IOException {
    Path file = ensemble.home(NODE).config();
    String before = Files.readString(file);
    FaultPlan plan = ensemble.strike(config(ConfigMistake.INIT_LIMIT_EMPTY));
    Files.writeString(file, "nonsense\n");
    ensemble.undo(plan);
    assertThat(file).hasContent("nonsense\n");
    assertThat(ensemble.home(NODE).process()).isEmpty();
    Files.writeString(file, before);
    ensemble.command.start(NODE);
  }

  @Test
  void undoDoesNotTakeAStartThatIsAboutToFailForAMend() {
    FaultPlan plan = ensemble.strike(config(ConfigMistake.CLIENT_PORT_NOT_A_NUMBER));
    CompletableFuture<Void> start = null;
    boolean caught = false;
    for (int i = 0; i < 20 && !caught; i++) {
      start = CompletableFuture.runAsync(() -> ensemble.command.start(NODE));
      // It has ended long before it could serve: catch it on the way.
      caught =
          Waiter.poll(
                  "a start",
                  Deadline.in(Duration.ofSeconds(10), FaultedEnsemble.TIME),
                  Duration.ofMillis(1),
                  ensemble.home(NODE)::process)
              .orElseThrow()
              .signal(Signal.STOP);
      if (!caught) {
        assertThat(start).failsWithin(Duration.ofSeconds(30));
      }
    }
    assertThat(caught).isTrue();
    ensemble.undo(plan);
    ensemble.awaitHealthy();
    assertThat(start).failsWithin(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({"bitflip,1", "bitflip,2", "bitflip,3", "truncate,1", "truncate,2", "truncate,3"})
  void damagedLogKeepsTheNodeDownUntilItIsUndone(String kind, long seed) throws IOException {
    FaultPlan plan = data(kind, seed);
    Path log = ensemble.home(NODE).versionDir().resolve(plan.metadata().path("log").asText());
    byte[] before = Files.readAllBytes(log);
    ensemble.strike(plan);
    assertThat(Files.readAllBytes(log)).isNotEqualTo(before);
    assertCannotStart();
    ensemble.undo(plan);
    assertThat(Files.readAllBytes(log)).isEqualTo(before);
    assertThat(namesIn(ensemble.backups)).isEmpty();
    ProcessIdentity started = process();
    ensemble.undo(plan);
    assertThat(process()).isEqualTo(started);
    ensemble.awaitHealthy();
    ensemble.write();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bitflip", "truncate"})
  void dataThatWasFetchedAnewIsLeftAlone(String kind) throws IOException {
    FaultPlan plan = ensemble.strike(data(kind, 4));
    Path log = Path.of(plan.metadata().path("file").asText());
    for (String name : namesIn(log.getParent())) {
      Files.delete(log.resolveSibling(name));
    }
    ensemble.command.start(NODE);
    ensemble.awaitHealthy();
    ProcessIdentity started = process();
    assertThat(ensemble.gone(plan)).isTrue();
    ensemble.undo(plan);
    assertThat(process()).isEqualTo(started);
    assertThat(log).doesNotExist();
    assertThat(namesIn(ensemble.backups)).isEmpty();
    ensemble.write();
  }

  @Test
  void dataFaultThatWasPlannedButNotMadeNeedsNoUndo() {
    ProcessIdentity process = process();
    ensemble.undo(data("bitflip", 5));
    assertThat(process()).isEqualTo(process);
  }

  private static List<String> namesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
