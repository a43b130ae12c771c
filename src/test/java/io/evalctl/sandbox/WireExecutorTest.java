package io.evalctl.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The host's end of the wire, against a sandbox that says what a test wants. */
class WireExecutorTest {
  private static final String DONE =
      "{\"id\":%d,\"status\":\"ok\",\"stdout\":\"%s\",\"stderr\":\"\",\"truncated\":false}\n";

  private final Scripted sandbox = new Scripted();
  private final WireExecutor executor =
      new WireExecutor(
          sandbox,
          Deadline.in(Duration.ofSeconds(1), TimeSource.system()),
          Duration.ofMillis(50),
          TimeSource.system());

  private Execution execute() {
    return executor.execute("code", Duration.ofMillis(50));
  }

  private void assertLost(String why) {
    assertThatThrownBy(this::execute)
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_LOST);
              assertThat(e.getMessage()).contains("scripted").contains(why);
            });
    assertThat(executor.lost()).isTrue();
    sandbox.replies.add(DONE.formatted(2, "late").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::execute).hasMessageContaining(why);
  }

  @Test
  void aLateReplyIsNotTakenForTheNext() {
    sandbox.say(DONE.formatted(1, "first") + DONE.formatted(1, "again"));
    assertThat(execute().stdout()).isEqualTo("first");
    sandbox.say(DONE.formatted(1, "later") + DONE.formatted(2, "second"));
    assertThat(execute().stdout()).isEqualTo("second");
  }

  @Test
  void linesMayComeInPieces() {
    String line = DONE.formatted(1, "яблоко");
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    sandbox.pieces = 1;
    sandbox.replies.add(bytes);
    assertThat(execute().stdout()).isEqualTo("яблоко");
  }

  @Test
  void nullIsAnAnswerAndNoAnswerIsNone() {
    sandbox.say("{\"id\":1,\"status\":\"ok\",\"final\":null}\n");
    assertThat(execute().answer().isNull()).isTrue();
    sandbox.say("{\"id\":2,\"status\":\"ok\"}\n");
    assertThat(execute().answer()).isNull();
  }

  @Test
  void whatIsNoJsonLosesIt() {
    sandbox.say("{\"id\":1,\n");
    assertLost("no JSON");
  }

  @Test
  void whatIsNoUtf8LosesIt() {
    sandbox.replies.add(
        new byte[] {
          '{',
          '"',
          'i',
          'd',
          '"',
          ':',
          '1',
          ',',
          '"',
          'a',
          '"',
          ':',
          '"',
          (byte) 0xff,
          '"',
          '}',
          '\n'
        });
    assertLost("UTF-8");
  }

  @Test
  void whatIsNoMessageLosesIt() {
    sandbox.say("[1]\n");
    assertLost("no JSON object with an id");
  }

  @Test
  void twoValuesOnALineLoseIt() {
    sandbox.say("{\"id\":1,\"status\":\"ok\"} {}\n");
    assertLost("no JSON");
  }

  @Test
  void aLineOfMoreThanSixteenMebibytesLosesIt() {
    sandbox.say(" ".repeat(WireJson.MAX_LINE) + "\n");
    assertLost("more than 16777216 bytes");
  }

  @Test
  void aStatusThatThereIsNotLosesIt() {
    sandbox.say("{\"id\":1,\"status\":\"fine\"}\n");
    assertLost("fine");
  }

  @Test
  void aCallOfAFunctionThatWasNotGivenLosesIt() {
    sandbox.say("{\"id\":9,\"call\":\"sql\",\"args\":[]}\n");
    assertLost("sql");
  }

  @Test
  void silenceLosesItAtItsDeadline() {
    assertLost("within 0.1s");
  }

  @Test
  void anEndLosesIt() {
    sandbox.ends = true;
    assertLost("it has ended");
  }

  @Test
  void codeThatIsTooLongIsRefusedAndLosesNothing() {
    assertThatThrownBy(() -> executor.execute("x".repeat(17 << 20), Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_INPUT));
    sandbox.say(DONE.formatted(2, "next"));
    assertThat(execute().stdout()).isEqualTo("next");
  }

  @Test
  void aResultThatIsTooLongIsAnErrorInTheSandbox() {
    sandbox.say("{\"id\":1,\"ok\":true}\n");
    executor.setUp(
        List.of(),
        Map.of(),
        Map.of("sql", arguments -> WireJson.object().put("v", "x".repeat(17 << 20))));
    sandbox.say("{\"id\":1,\"call\":\"sql\",\"args\":[]}\n");
    sandbox.say(DONE.formatted(2, "done"));
    assertThat(execute().stdout()).isEqualTo("done");
    assertThat(sandbox.heard.get(2)).contains("\"error\"").contains("16777216");
  }

  @Test
  void halfOfASurrogatePairIsSentAsAQuestionMark() {
    sandbox.say(DONE.formatted(1, ""));
    executor.execute("'\ud83d'", Duration.ofSeconds(1));
    assertThat(sandbox.heard.get(0)).contains("'?'");
  }

  /** A backend and its one sandbox: for every line it hears it says the next of its replies. */
  private static final class Scripted implements SandboxBackend, SandboxProcess {
    private final Deque<byte[]> replies = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Output output;
    private boolean ends;
    private int pieces = Integer.MAX_VALUE;

    void say(String text) {
      replies.add(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public SandboxProcess start(Output output, Deadline deadline) {
      this.output = output;
      return this;
    }

    @Override
    public OutputStream input() {
      return new OutputStream() {
        @Override
        public void write(int one) {
          if (one != '\n') {
            line.write(one);
            return;
          }
          heard.add(line.toString(StandardCharsets.UTF_8));
          line.reset();
          byte[] reply = replies.poll();
          for (int i = 0; reply != null && i < reply.length; i += Math.min(pieces, reply.length)) {
            int length = Math.min(pieces, reply.length - i);
            output.output(java.util.Arrays.copyOfRange(reply, i, i + length), length);
          }
          if (ends) {
            output.end("it has ended");
          }
        }
      };
    }

    @Override
    public String description() {
      return "scripted";
    }

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public String lastWords() {
      return "";
    }

    @Override
    public void kill(Deadline deadline) {}

    @Override
    public void close() {}
  }
}
