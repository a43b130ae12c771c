package io.evalctl.operator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.runbook.SubjectDescription.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void aHealthUrlComesBeforeAHealthAddressAndThatBeforeAClientAddress() throws IOException {
    Path file =
        write(
            """
            {"nodes": [
               {"name": "a", "clientAddress": "127.0.0.1:1", "healthAddress": "127.0.0.1:2",
                "healthUrl": "http://127.0.0.1:3/health?full"},
               {"name": "b", "clientAddress": "127.0.0.1:1", "healthAddress": "127.0.0.1:2"}],
             "commands": {"start": "docker start x-{node}", "restart": "r", "status": "s"}}
            """);

    SubjectDescription subject = SubjectDescription.read(file);

    assertThat(subject.nodes())
        .containsExactly(
            new SubjectDescription.Node("a", Protocol.HTTP, "127.0.0.1", 3, "/health?full"),
            new SubjectDescription.Node("b", Protocol.CONNECT, "127.0.0.1", 2, ""));
    assertThat(subject.command("start", "a")).isEqualTo("docker start x-a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}|INVALID_INPUT|does not name nodes",
        "{\"nodes\": [{\"name\": \"zk1\"}]}|FILE_UNREADABLE|no clientAddress HOST:PORT",
        "{\"nodes\": [{\"name\": \"a\", \"healthUrl\": \"ftp://x\"}]}|FILE_UNREADABLE|no healthUrl http",
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
