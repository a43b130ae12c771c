package io.evalctl.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramIT {
  private static final String MARK = "EVALCTL_RUN_TEST";

  @TempDir Path directory;
  private final String mark = UUID.randomUUID().toString();

  @AfterEach
  void nothingIsLeft() {
    // A process that was killed is there until the kernel has done with it.
    Scratch.await("the end of all", () -> MarkedProcesses.find(MARK, mark).isEmpty());
  }

  @Test
  void givesItsInputAndTakesItsOutput() {
    ProgramEnd end = run("cat; echo oops >&2; exit 3", "héllo\n", 1000, 20);
    assertThat(end.out()).isEqualTo("héllo\n");
    assertThat(end.err()).isEqualTo("oops\n");
    assertThat(end.exitCode()).isEqualTo(3);
    assertThat(end.timedOut()).isFalse();
  }

  @Test
  void aProgramThatDoesNotReadItsInputIsNoProblem() {
    ProgramEnd end = run("exec <&-; echo done", "x".repeat(1 << 20), 1000, 20);
    assertThat(end.out()).isEqualTo("done\n");
  }

  @Test
  void worksInItsDirectoryWithItsVariablesAndWithoutOptionsOfEvalctl() {
    ProgramEnd end = run("pwd; env | grep '^EVALCTL' | cut -d= -f1 | sort", "", 1000, 20);
    assertThat(end.out().lines())
        .containsExactly(directory.toString(), "EVALCTL_RUN_PROGRAM", MARK);
  }

  @Test
  void aFloodIsReadToItsEndAndItsBeginningKept() {
    ProgramEnd end = run("head -c 5000000 /dev/zero | tr '\\0' a; echo end >&2", "", 100, 20);
    assertThat(end.out()).isEqualTo("a".repeat(100));
    assertThat(end.truncated()).isTrue();
    assertThat(end.exitCode()).isZero();
    assertThat(end.err()).isEqualTo("end\n");
  }

  @Test
  void atItsDeadlineItIsAskedToEndAndThenEnded() {
    ProgramEnd polite =
        run("trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done", "", 99, 1);
    assertThat(polite.timedOut()).isTrue();
    assertThat(polite.out()).isEqualTo("bye\n");

    ProgramEnd stubborn = run("trap '' TERM; while :; do sleep 0.05; done", "", 99, 1);
    assertThat(stubborn.timedOut()).isTrue();
    assertThat(stubborn.exitCode()).isEqualTo(128 + 9);
  }

  @Test
  void whatItLeavesBehindIsEnded() {
    ProgramEnd end =
        run(
            "setsid sh -c 'setsid sleep 300 &' </dev/null >/dev/null 2>&1; sleep 300 & echo ok",
            "",
            99,
            20);
    assertThat(end.out()).isEqualTo("ok\n");
    assertThat(end.timedOut()).isFalse();
  }

  @Test
  void aLongInputIsGivenWhole() {
    assertThat(run("wc -c", "x".repeat(1 << 20), 1000, 20).out().strip()).isEqualTo("1048576");
  }

  @Test
  void whatIsNotThereHasAnExitCodeThatSaysSo() {
    ProgramEnd end = program(List.of("no-such-program"), "", 99).run(seconds(20));
    assertThat(end.exitCode()).isEqualTo(127);
    assertThat(end.exitMeaning()).isEqualTo(" (no such command)");
  }

  @Test
  void anInterruptEndsItToo() throws InterruptedException, IOException {
    Path started = directory.resolve("started");
    AtomicReference<RuntimeException> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                run("touch '" + started + "'; sleep 300", "", 99, 300);
              } catch (RuntimeException e) {
                thrown.set(e);
              }
            });
    thread.start();
    Scratch.await("the program's start", () -> Files.exists(started));
    thread.interrupt();
    thread.join();
    assertThatThrownBy(
            () -> {
              throw thrown.get();
            })
        .isInstanceOf(EvalctlException.class)
        .extracting(e -> ((EvalctlException) e).code())
        .isEqualTo(ErrorCode.INTERRUPTED);
  }

  private ProgramEnd run(String script, String input, int most, long seconds) {
    return program(List.of("sh", "-c", script), input, most).run(seconds(seconds));
  }

  private Program program(List<String> command, String input, int most) {
    return new Program(
        command, directory, Map.of(MARK, mark), input.getBytes(StandardCharsets.UTF_8), most);
  }

  private static Deadline seconds(long seconds) {
    return Deadline.in(Duration.ofSeconds(seconds), TimeSource.system());
  }
}
