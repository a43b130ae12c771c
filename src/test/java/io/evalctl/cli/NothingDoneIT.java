package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.testing.InProcess;
import io.evalctl.testing.StoredRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and what is only asked about, leaves no trace at all. */
class NothingDoneIT {
  private static final String DATASET =
      """
      name: d
      task: exec
      exec: [sh, -c, 'touch ran; echo 1']
      scorers: [{type: finished}]
      cases: [{name: one}]
      """;

  private static final String NOBODY_LEADS =
      """
      name: kv
      compose: compose.yaml
      nodes: [{name: n1}]
      health: {nodes: [{name: up, exec: ["true"]}]}
      canary: {write: {exec: [w, "{{key}}", "{{value}}"]}, read: {exec: [r, "{{key}}"]}}
      """;

  @TempDir Path directory;
  private InProcess evalctl;

  @BeforeEach
  void freshWorld() {
    evalctl = new InProcess(directory);
    evalctl.write("d.yaml", DATASET);
    evalctl.write("no-program.yaml", DATASET.replace("[sh, -c,", "[no-such-program,"));
    evalctl.write(
        "no-script.yaml", DATASET.replace("[sh, -c, 'touch ran; echo 1']", "[sh, no.sh]"));
    evalctl.write(
        "no-migrator.yaml", DATASET + "database: {migrations: {command: [./no-such-migrator]}}\n");
    evalctl.write("chat.yaml", "task: chat\ncases: [{name: one, input: hi, expected: ho}]\n");
    evalctl.write("compose.yaml", "services: {n1: {image: 'none:1'}}\n");
    evalctl.write("nobody-leads.yaml", NOBODY_LEADS);
    evalctl.write("notes.txt", "these are my notes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          campaign --chaos packet-loss                                     | 2 | does not offer chaos packet-loss
          campaign --chaos node-kill,cpu-starvation                        | 2 | does not offer chaos cpu-starvation
          campaign --chaos node-kill --param policy=keep                   | 2 | restart policy
          campaign --chaos node-kill --subject zoo                         | 2 | there is no subject 'zoo'
          campaign --chaos node-kill --subject no.yaml                     | 4 | no.yaml
          campaign --chaos node-kill --subject etcd                        | 4 | no.sock
          campaign --chaos node-kill --target zk9                          | 2 | zk9
          campaign --chaos leader-kill --target follower                   | 2 | hits the leader
          campaign --chaos leader-kill --subject nobody-leads.yaml         | 2 | not known which node leads
          campaign --chaos node-kill --target leader --subject nobody-leads.yaml | 2 | which node leads
          campaign --chaos node-kill --agent exec:no-such-agent            | 4 | no-such-agent is not found on the PATH
          campaign --chaos node-kill --agent exec:./notes.txt              | 4 | ./notes.txt is not executable
          campaign --chaos node-kill --agent exec:./no/agent               | 4 | ./no/agent is not there
          campaign --chaos node-kill --operator-db notes.txt               | 4 | is no SQLite database
          campaign --chaos node-kill --operator-db .                       | 4 | is a directory
          campaign --chaos node-kill --junit-xml no/such/dir.xml           | 4 | there is no directory
          campaign --chaos node-kill --junit-xml .                         | 4 | it is a directory
          campaign --chaos node-kill --max-ttr soon                        | 2 | --max-ttr
          campaign --resume 3                                              | 2 | there is no campaign 3
          eval d.yaml --model none --fail-under 2                          | 2 | --fail-under
          eval d.yaml --model none --fail-on-error x                       | 2 | --fail-on-error
          eval d.yaml --model none --timeout 0s                            | 2 | --timeout
          eval d.yaml --model none --junit-xml no/such/dir.xml             | 4 | there is no directory
          eval d.yaml --model none --pg nowhere                            | 2 | nowhere
          eval d.yaml --model none --sandbox chroot                        | 2 | chroot
          eval no-program.yaml --model none                                | 4 | no-such-program is not found on the PATH
          eval no-script.yaml --model none                                 | 4 | no.sh is not there
          eval no-migrator.yaml --model none                               | 4 | ./no-such-migrator is not there
          eval chat.yaml --model nonsense                                  | 2 | no provider for model
          eval chat.yaml --model openai:gpt-5                              | 4 | no API key
          eval chat.yaml --model mock:no.json                              | 4 | no mock file
          eval chat.yaml --model mock:no.json --record no/such/r.jsonl     | 4 | record
          eval --resume 3                                                  | 2 | there is no eval run 3
          """)
  void whatIsRefusedLeavesNothing(String line, int exitCode, String message) {
    for (String dry : List.of("", " --dry-run")) {
      assertThat(evalctl.run(line + dry)).as(evalctl.err()).isEqualTo(exitCode);
      assertThat(evalctl.err()).startsWith("evalctl: ").contains(message);
      // The place of a driver's library is no trace of what was asked.
      assertThat(evalctl.homeFiles())
          .allMatch(file -> file.matches(".*/\\.cache/(evalctl/(native/)?)?"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "campaign --chaos node-kill --dry-run",
        "campaign --chaos node-kill --agent external --operator-db later.db --dry-run --json",
        "eval d.yaml --model none --dry-run",
        "eval example:colony --dry-run",
        "eval example:colony/operator --dry-run --json --record calls.jsonl --junit-xml j.xml",
        "heal --dry-run",
        "template clean --dry-run",
        "operator init-db o.db --dry-run",
        "probe --save --record calls.jsonl --dry-run"
      })
  void whatRunsDryLeavesNothing(String line) throws IOException {
    List<Path> before = work();
    int exitCode = evalctl.run(line);
    assertThat(exitCode).as(evalctl.err()).isEqualTo(line.startsWith("probe") ? 3 : 0);
    assertThat(evalctl.homeFiles()).isEmpty();
    assertThat(work()).isEqualTo(before);
  }

  @Test
  void aCampaignIsGoneOnWithDry() {
    assertThat(evalctl.run("campaign --chaos node-kill --trials 2 --dry-run --json")).isZero();
    new StoredRuns(evalctl.store())
        .campaign(1, evalctl.json().path("plan").toString(), "2026-11-20T20:12:00.000000+00:00")
        .trial(1, 1, "agent", 1, "healed");
    List<String> before = evalctl.homeFiles();

    assertThat(evalctl.run("campaign --resume campaign:1 --dry-run")).as(evalctl.err()).isZero();
    assertThat(evalctl.out()).startsWith("would run what is missing of campaign:1, 1 trial of 2:");
    assertThat(evalctl.run("campaign --resume 1 --dry-run --json")).isZero();
    assertThat(evalctl.json().path("resume").asText()).isEqualTo("campaign:1");
    assertThat(evalctl.json().path("missing").asInt()).isEqualTo(1);
    assertThat(evalctl.homeFiles()).isEqualTo(before);

    assertThat(evalctl.run("campaign --resume eval:1 --dry-run")).isEqualTo(2);
    assertThat(evalctl.run("campaign --resume 2 --dry-run")).isEqualTo(2);
    assertThat(evalctl.err()).contains("there is no campaign 2");
  }

  @Test
  void anEvalIsGoneOnWithDry() throws IOException {
    assertThat(evalctl.run("eval d.yaml --model none --quiet")).isEqualTo(0);
    Files.delete(evalctl.work().resolve("ran"));
    List<String> before = evalctl.homeFiles();

    assertThat(evalctl.run("eval --resume eval:1 --dry-run")).as(evalctl.err()).isZero();
    assertThat(evalctl.out()).contains("1 sample of d");
    assertThat(evalctl.run("results rescore eval:1 --dry-run")).as(evalctl.err()).isZero();
    assertThat(evalctl.out()).contains("would judge 1 sample of eval:1 again");
    assertThat(evalctl.homeFiles()).isEqualTo(before);
    assertThat(evalctl.work().resolve("ran")).doesNotExist();
    assertThat(evalctl.run("eval --resume campaign:1 --dry-run")).isEqualTo(2);
  }

  @Test
  void nobodyIsAskedDry() {
    assertThat(evalctl.run("probe --health --online --dry-run")).isEqualTo(2);
    assertThat(evalctl.out()).contains("--dry-run asks nobody");
  }

  private List<Path> work() throws IOException {
    try (var files = Files.walk(evalctl.work())) {
      return files.sorted().toList();
    }
  }
}
