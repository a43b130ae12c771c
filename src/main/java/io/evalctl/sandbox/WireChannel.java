package io.evalctl.sandbox;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Sends lines to a sandbox and receives its lines. Anything but whole lines of JSON ends the
 * channel. One thread at a time sends and receives, another one brings what the sandbox says.
 */
final class WireChannel implements SandboxProcess.Output {
  /** What was read: a message, or why there will be none. */
  private record Incoming(ObjectNode message, String end) {}

  private final BlockingQueue<Incoming> incoming = new LinkedBlockingQueue<>();
  private final LineCutter lines = new LineCutter(WireJson.MAX_LINE, this::take);
  private SandboxProcess process;
  private volatile String lost;
  private boolean ended;

  /** Has to be called before it is used. */
  void bind(SandboxProcess process) {
    this.process = process;
  }

  private void take(byte[] line) throws IOException {
    incoming.add(new Incoming(WireJson.parse(line), null));
  }

  @Override
  public void output(byte[] data, int length) {
    if (ended) {
      return;
    }
    try {
      lines.add(data, length);
    } catch (JacksonException e) {
      end("it sent a line that is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      end("it sent " + e.getMessage());
    }
  }

  @Override
  public void end(String why) {
    ended = true;
    incoming.add(new Incoming(null, why));
  }

  /** Why it is of no more use, or null. */
  String lost() {
    return lost;
  }

  /** Gives it up. */
  EvalctlException lose(String why) {
    if (lost == null) {
      lost = why;
    }
    return failure();
  }

  /**
   * @throws EvalctlException SANDBOX_LOST; INVALID_INPUT when the line would be too long, and the
   *     sandbox is as it was
   */
  void send(ObjectNode message, String what) {
    check();
    byte[] line = WireJson.line(message);
    if (line.length > WireJson.MAX_LINE) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "%s has %d bytes as JSON; a sandbox takes %d at once"
              .formatted(what, line.length, WireJson.MAX_LINE),
          null);
    }
    try {
      process.input().write(line);
      process.input().flush();
    } catch (IOException e) {
      throw lose("its channel broke: " + e.getMessage());
    }
  }

  /**
   * The next message.
   *
   * @throws EvalctlException SANDBOX_LOST, also when none comes in time; INTERRUPTED
   */
  ObjectNode receive(Deadline deadline) {
    check();
    try {
      Incoming next = incoming.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw lose("it did not answer within %.1fs".formatted(deadline.length().toNanos() / 1e9));
      }
      if (next.message() == null) {
        throw lose(next.end());
      }
      return next.message();
    } catch (InterruptedException e) {
      lose("evalctl was interrupted while it worked");
      throw EvalctlException.interrupted("waiting for sandbox " + process.name());
    }
  }

  private void check() {
    if (lost != null) {
      throw failure();
    }
  }

  private EvalctlException failure() {
    String words = process.lastWords().strip();
    return new EvalctlException(
        ErrorCode.SANDBOX_LOST,
        "sandbox "
            + process.name()
            + " is lost: "
            + lost
            + (words.isEmpty() ? "" : " (" + words + ")"),
        null);
  }
}
