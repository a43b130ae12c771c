package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.operator.AgentSpec;
import io.evalctl.operator.database.OperatorSchema;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunStatus;
import io.evalctl.results.TrialEvent;
import io.evalctl.results.TrialRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single trials on a subject that is as the test says, with a real store and real operators. */
class TrialSequenceIT {
  @TempDir static Path directory;
  private static ResultsStore store;
  private final FakeSubject subject = new FakeSubject();
  private long campaign;
  private CampaignListener listener = CampaignListener.SILENT;
  private AgentSpec agent = new AgentSpec.External();
  private Duration healthTimeout = Duration.ofSeconds(20);

  @BeforeAll
  static void openStore() {
    store = ResultsStore.open(directory.resolve("eval.db"));
    OperatorSchema.create(directory.resolve("operator.db"));
  }

  @AfterAll
  static void closeStore() {
    store.close();
  }

  @BeforeEach
  void makeCampaign() {
    campaign =
        store
            .campaigns()
            .insert(
                List.of(
                    new CampaignRow(
                        0,
                        "fake",
                        "node-kill",
                        2,
                        false,
                        Instant.now(),
                        null,
                        "run",
                        1,
                        "external",
                        null,
                        RunStatus.RUNNING,
                        null,
                        "{}",
                        "{}",
                        "{}",
                        ProcessOwner.self())))
            .get(0)
            .id();
  }

  @Test
  void aTrialWithoutAnOperatorWaitsAsLongAsTheOneWithIt() {
    assertThat(plan(ChaosType.NODE_KILL).arms(step(ChaosType.NODE_KILL)))
        .containsExactly(Arm.AGENT, Arm.BASELINE);
    assertThat(waits(run(Arm.BASELINE, 1, ChaosType.NODE_KILL), Phase.EVEN_WAIT))
        .as("the warm-up, while nothing else is known")
        .isBetween(300.0, 10_000.0);
    double ready = waits(run(Arm.AGENT, 2, ChaosType.NODE_KILL), Phase.OPERATOR_START);
    TrialRow baseline = run(Arm.BASELINE, 2, ChaosType.NODE_KILL);

    assertThat(ready).isGreaterThanOrEqualTo(300.0);
    assertThat(waits(baseline, Phase.EVEN_WAIT)).isGreaterThanOrEqualTo(Math.floor(ready));
  }

  @Test
  void aPairThatHitsDifferentRolesIsFlaggedInBothArms() {
    run(Arm.AGENT, 1, ChaosType.NODE_KILL);
    subject.leader = "n2";
    run(Arm.BASELINE, 1, ChaosType.NODE_KILL);

    assertThat(store.trials().ofCampaign(campaign))
        .allSatisfy(row -> assertThat(row.flagsJson()).contains("pair-role-differs"));
  }

  @Test
  void aSubjectThatIsSickWhenTheFaultIsDueIsNotJudged() {
    healthTimeout = Duration.ofMillis(300);
    subject.sick = true;
    TrialRow row = run(Arm.AGENT, 1, ChaosType.NODE_KILL);

    assertThat(row.outcome()).isEqualTo("invalid");
    assertThat(row.errorCode()).isEqualTo("SUBJECT_UNHEALTHY");
    assertThat(row.errorMessage())
        .contains("not when the fault was to be made")
        .contains("no look for 4.2s");
    assertThat(row.chaosInjectedAt()).isNull();
  }

  @Test
  void aSubjectThatGetsWellInTimeIsHitThenAndFlagged() {
    listener =
        new SilentListener() {
          @Override
          public void phaseStarted(Phase phase, Duration limit) {
            // Sick while the trial waits for its fault, and well when that is waited for.
            subject.sick = phase == Phase.EVEN_WAIT;
          }
        };
    TrialRow row = run(Arm.BASELINE, 1, ChaosType.NODE_KILL);

    assertThat(row.outcome()).as(row.errorMessage()).isEqualTo("unhealed");
    assertThat(row.flagsJson()).contains("unhealthy-before-fault");
  }

  @Test
  void writesThatNobodyCouldReadBackAreNotSaidToBeThere() {
    subject.readable = false;
    TrialRow row = run(Arm.BASELINE, 1, ChaosType.NODE_KILL);

    JsonNode canary = Json.parse(row.canaryJson());
    assertThat(canary.path("lostWrites").isNull()).isTrue();
    assertThat(canary.path("nodesRead").asInt(-1)).isZero();
    assertThat(canary.path("nodes").asInt()).isEqualTo(2);
    assertThat(row.flagsJson()).contains("data-unchecked");
  }

  /** To a look from outside it serves: the kernel takes its connections. */
  @Test
  void aStoppedNodeIsNotDrawnAsServing() {
    TrialRow row = run(Arm.BASELINE, 1, ChaosType.PROCESS_PAUSE);

    assertThat(row.outcome()).as("impaired all the time").isEqualTo("unhealed");
    assertThat(
            store.trials().events(row.id()).stream()
                .filter(event -> event.kind().equals("node-health"))
                .map(TrialEvent::detail)
                .filter(detail -> detail.path("node").asText().equals("n1"))
                .map(detail -> detail.path("status").asText()))
        .containsExactly("serving", "unresponsive");
  }

  /** An operator sees its own paths and variables. */
  @Test
  void nothingThatAnOperatorIsGivenTellsItsArm() throws IOException {
    Path seen = directory.resolve("seen");
    agent = new AgentSpec.Exec("env > " + seen + "; pwd >> " + seen + "; exec sleep 60");
    TrialRow row = run(Arm.CONTROL, 7, ChaosType.NONE);

    assertThat(row.errorCode()).as("it makes no database").isEqualTo("OPERATOR_DATABASE");
    String told =
        Files.readAllLines(seen).stream()
            .filter(line -> line.startsWith("EVALCTL_RUN_"))
            .reduce("", (one, other) -> one + other + "\n");
    assertThat(told).contains("EVALCTL_RUN_TRIAL_DIR=").doesNotContain("control", "-7-");
    String trialDirectory =
        Stream.of(told.split("\n"))
            .filter(line -> line.startsWith("EVALCTL_RUN_TRIAL_DIR="))
            .findFirst()
            .orElseThrow()
            .substring("EVALCTL_RUN_TRIAL_DIR=".length());
    assertThat(
            store.trials().events(row.id()).stream()
                .filter(event -> event.kind().equals("agent-started"))
                .map(event -> event.detail().path("directory").asText()))
        .containsExactly(trialDirectory);
  }

  private TrialRow run(Arm arm, int ordinal, ChaosType type) {
    CampaignPlan plan = plan(type);
    OpenedSubject opened = new OpenedSubject(subject, "run", directory, () -> {});
    TrialRunner runner = new TrialRunner(plan, opened, store, listener, subject.time);
    return runner
        .run(new TrialSpec(campaign, step(type), arm, ordinal, 1, Seeds.ofTrial(1, ordinal)))
        .row();
  }

  private static ChaosStep step(ChaosType type) {
    return new ChaosStep(new FaultRequest(type, "any", Map.of()), Duration.ofMillis(600));
  }

  private CampaignPlan plan(ChaosType type) {
    return new CampaignPlan(
        null,
        "fake",
        2,
        List.of(step(type)),
        2,
        List.of(Arm.BASELINE, Arm.AGENT),
        agent,
        directory.resolve("operator.db"),
        Duration.ofSeconds(2),
        Duration.ofMillis(300),
        Duration.ofMillis(300),
        healthTimeout,
        Duration.ofMillis(300),
        Duration.ZERO,
        1,
        0,
        false,
        null,
        false,
        null);
  }

  private double waits(TrialRow row, Phase phase) {
    assertThat(row.outcome()).as(row.errorMessage()).isNotEqualTo("invalid");
    return store.trials().events(row.id()).stream()
        .filter(event -> event.kind().equals("phase"))
        .filter(event -> event.detail().path("name").asText().equals(phase.label()))
        .mapToDouble(event -> event.detail().path("durationMs").asDouble())
        .findFirst()
        .orElseThrow();
  }

  /** Hears nothing. */
  private static class SilentListener implements CampaignListener {
    @Override
    public void campaignStarted(
        CampaignRow campaign, CampaignPlan plan, ChaosStep step, int done) {}

    @Override
    public void trialStarted(TrialSpec trial) {}

    @Override
    public void targetChosen(String target, String role) {}

    @Override
    public void phaseStarted(Phase phase, Duration limit) {}

    @Override
    public void trialFinished(TrialRow trial, int position) {}

    @Override
    public void campaignFinished(CampaignRow campaign) {}
  }
}
