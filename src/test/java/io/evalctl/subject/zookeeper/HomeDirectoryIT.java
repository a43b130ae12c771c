package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeDirectoryIT {
  @TempDir Path scratch;
  private Path home;
  private Path registry;

  @BeforeEach
  void names() {
    home = scratch.resolve("home");
    registry = scratch.resolve("registry");
  }

  private EnsembleClaim claim(boolean keep) {
    return EnsembleClaim.take(
        new ZookeeperOptions(3, home, keep, TestEnsemble.newRunId(), registry), TestEnsemble.TIME);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> claim(false))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNWRITABLE);
              assertThat(e).hasMessageContaining(message);
              assertThat(e.hint()).isNotBlank();
            });
  }

  @Test
  void takesANewDirectoryAndRemovesIt() {
    EnsembleClaim claim = claim(false);
    assertThat(home).isDirectory();
    assertThat(registry).isDirectoryContaining("glob:**.json");

    claim.close();
    claim.close();

    assertThat(home).doesNotExist();
    assertThat(registry).isEmptyDirectory();
  }

  @Test
  void takesAnEmptyDirectory() throws IOException {
    Files.createDirectories(home);
    claim(false).close();
    assertThat(home).doesNotExist();
  }

  @Test
  void refusesADirectoryWithFilesOfOthers() throws IOException {
    Files.createDirectories(home);
    Files.writeString(home.resolve("thesis.tex"), "x");

    assertRefused(home + " is there already");

    assertThat(home.resolve("thesis.tex")).hasContent("x");
    assertThat(registry).isEmptyDirectory();
  }

  @Test
  void refusesAFile() throws IOException {
    Files.writeString(home, "x");
    assertRefused(home + " is there already");
    assertThat(home).hasContent("x");
  }

  @Test
  void refusesADirectoryInUse() {
    EnsembleClaim first = claim(false);
    assertRefused("is in use by another evalctl, process " + ProcessHandle.current().pid());
    first.close();
    claim(false).close();
  }

  @Test
  void keepsADirectoryOnRequestAndTakesItAgain() throws IOException {
    EnsembleClaim first = claim(true);
    Files.createDirectories(home.resolve("nodes/zk1"));
    first.close();
    assertThat(home.resolve("nodes/zk1")).isDirectory();
    assertThat(registry).isEmptyDirectory();

    EnsembleClaim second = claim(false);
    assertThat(home.resolve("nodes")).doesNotExist();
    second.close();
    assertThat(home).doesNotExist();
  }

  @Test
  void takesOverFromADeadOwner() throws IOException {
    EnsembleClaim first = claim(false);
    new EnsembleOwner(
            "dead-run",
            new ProcessIdentity(ProcessIdentity.self().pid(), 1),
            EnsembleOwner.thisHost(),
            home,
            false,
            Instant.EPOCH)
        .write(EnsembleHome.open(home).marker());

    claim(false).close();

    assertThat(home).doesNotExist();
    first.close();
  }

  @Test
  void leavesFilesOfOthersThatCameLater() throws IOException {
    EnsembleClaim claim = claim(false);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("operator.db"), "x");

    claim.close();

    assertThat(home).isDirectoryNotContaining("glob:**bin");
    assertThat(home.resolve("operator.db")).hasContent("x");
  }

  @Test
  void saysThatADirectoryCannotBeMade() throws IOException {
    Files.writeString(scratch.resolve("file"), "x");
    home = scratch.resolve("file").resolve("home");
    assertRefused("cannot make the subject's home " + home);
  }

  @Test
  void saysThatTheRunCannotBePutOnRecord() throws IOException {
    Files.writeString(scratch.resolve("file"), "x");
    registry = scratch.resolve("file").resolve("registry");
    assertRefused("cannot put the run on record");
    assertThat(home).doesNotExist();
  }
}
