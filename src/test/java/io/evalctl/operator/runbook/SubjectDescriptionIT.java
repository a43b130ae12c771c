package io.evalctl.operator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.question.Ask;
import io.evalctl.question.Condition;
import io.evalctl.question.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectDescriptionIT {
  @TempDir private Path directory;

  @Test
  void readsNodesAndCommandsAndSkipsTheRest() throws IOException {
    Path file =
        write(
            """
            {"schemaVersion": 1, "home": "/h", "more": {"nodes": [{"name": "no"}], "x": [1, [2]]},
             "nodes": [
               {"name": "zk1", "id": 1, "clientAddress": "127.0.0.1:2181", "list": ["a", {}]},
               {"clientAddress": "127.0.0.1:2182", "name": "zk2"}],
             "commands": {"start": "'/a b/node' start {node}", "restart": "r", "status": "s"}}
            """);

    SubjectDescription subject = SubjectDescription.read(file);

    assertThat(subject.nodes())
        .containsExactly(
            new SubjectDescription.Node("zk1", "127.0.0.1", 2181),
            new SubjectDescription.Node("zk2", "127.0.0.1", 2182));
    assertThat(subject.command("start", "zk2")).isEqualTo("'/a b/node' start zk2");
  }

  @Test
  void readsProbes() throws IOException {
    Path file =
        write(
            """
            {"nodes": [
               {"name": "a", "clientAddress": "127.0.0.1:1", "probes": [
                  {"name": "health", "means": "it is well", "intervalMs": 100, "timeoutMs": 1000,
                   "failures": 2, "successes": 3, "status": 203,
                   "expect": [{"path": "$.ok", "equals": "true"}],
                   "asks": [{"node": "b", "http": {"method": "POST", "headers": {"X": "y"},
                             "url": "http://127.0.0.1:3/health?full", "body": "{}"}}]}],
                "leads": {"name": "leader", "intervalMs": 200, "timeoutMs": 1000, "failures": 1,
                   "successes": 1, "expect": [{"contains": "role:master"}],
                   "asks": [{"tcp": {"address": "127.0.0.1:4", "send": "INFO\\r\\n", "until": "x",
                             "reads": true}}]}}],
             "clusterProbes": [
                {"name": "quorum", "intervalMs": 1000, "timeoutMs": 1000, "failures": 1,
                 "successes": 1, "asks": [{"exec": {"command": "docker exec x-a check"}}]}],
             "commands": {"start": "docker start x-{node}", "restart": "r", "status": "s"}}
            """);

    SubjectDescription subject = SubjectDescription.read(file);

    WatchedProbe health = subject.nodes().get(0).probes().get(0);
    assertThat(health.asks())
        .containsExactly(
            new Ask.Http(
                "127.0.0.1:3",
                "POST",
                Template.of("/health?full"),
                Map.of("X", Template.of("y")),
                Template.of("{}")));
    assertThat(health.question().status()).isEqualTo(203);
    assertThat(health.question().conditions())
        .containsExactly(
            new Condition(Template.of("$.ok"), Condition.Operator.EQUALS, Template.of("true")));
    assertThat(health.failures()).isEqualTo(2);
    assertThat(health.successes()).isEqualTo(3);
    assertThat(subject.nodes().get(0).leads().asks())
        .containsExactly(new Ask.Tcp("127.0.0.1:4", Template.of("INFO\r\n"), "x", true));
    assertThat(subject.clusterProbes().get(0).asks())
        .containsExactly(new Ask.Exec(List.of(Template.of("docker exec x-a check"))));
    assertThat(subject.command("start", "a")).isEqualTo("docker start x-a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}|INVALID_INPUT|does not name nodes",
        "{\"nodes\": [{\"name\": \"zk1\"}]}|FILE_UNREADABLE|no clientAddress HOST:PORT",
        "{\"nodes\": [{\"name\": \"a\", \"probes\": [{\"name\": \"up\"}]}]}|FILE_UNREADABLE|probe"
            + " up is not whole",
        "{\"nodes\": |FILE_UNREADABLE|cannot read",
      })
  void whatIsNoDescriptionIsAnError(String text, ErrorCode code, String message)
      throws IOException {
    Path file = write(text);

    assertThatThrownBy(() -> SubjectDescription.read(file))
        .isInstanceOfSatisfying(
            EvalctlException.class, error -> assertThat(error.code()).isEqualTo(code))
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aMissingFileIsAnError() {
    assertThatThrownBy(() -> SubjectDescription.read(directory.resolve("no.json")))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("no.json");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("subject.json"), text);
  }
}
