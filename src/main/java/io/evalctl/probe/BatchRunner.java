package io.evalctl.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.JsonLines;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a file of probes, several at a time, in memory that does not grow with the file. Each input
 * is answered once: its answer is written before it counts, and a resumed run sends only what has
 * no answer. One run at a time.
 */
public final class BatchRunner {
  /** The inputs that wait and are at work hold no more than this, in KiB. */
  private static final int ROOM_KIB = 64 * 1024;

  private static final Duration IN_FLIGHT_LIMIT = Duration.ofSeconds(10);
  private static final long GRACE_SECONDS = 2;

  private final ProbeRunner probes;
  private final int jobs;
  private final BatchListener listener;
  private final TimeSource time;

  // Guarded by this.
  private long startNanos;
  private long total;
  private long finishedBefore;
  private long answered;
  private long failed;
  private long retryable;
  private boolean closing;
  private RuntimeException broken;

  /**
   * @param jobs most probes at a time
   */
  public BatchRunner(ProbeRunner probes, int jobs, BatchListener listener, TimeSource time) {
    this.probes = probes;
    this.jobs = jobs;
    this.listener = listener;
    this.time = time;
  }

  /**
   * Runs every input and hands each answer on as it comes. When the calling thread is interrupted,
   * nothing new is begun, and what is in flight gets ten seconds to finish.
   *
   * @param in a file with a probe on each line
   * @param out called by one thread at a time
   * @throws EvalctlException {@link ErrorCode#INTERRUPTED} when the calling thread is interrupted;
   *     {@link ErrorCode#FILE_UNREADABLE}; what {@code out} throws
   */
  public BatchProgress run(Path in, Consumer<JsonNode> out) {
    BatchInput input = new BatchInput(in, probes);
    return run(input.count(), input, new FinishedLines(), out);
  }

  /**
   * As {@link #run(Path, Consumer)}, into a file.
   *
   * @param out where an answer stands on a line of its own once it is there
   * @param resume whether the file may hold answers, which are kept and not asked for again
   * @param retryFailed whether those are asked for again, and replaced, that failed in a way in
   *     which another try can help
   * @throws EvalctlException also {@link ErrorCode#RESUME_MISMATCH} when the answers belong to
   *     another input, {@link ErrorCode#INVALID_INPUT} when they are none, {@link ErrorCode#USAGE}
   *     when there are some and {@code resume} is false
   */
  public BatchProgress run(Path in, Path out, boolean resume, boolean retryFailed) {
    BatchInput input = new BatchInput(in, probes);
    input.requireOtherThan(out);
    // Before the output: what cannot be run leaves no empty file.
    long inputs = input.count();
    JsonLines lines = JsonLines.open(out);
    try {
      if (!lines.isEmpty() && !resume) {
        throw EvalctlException.usage(
            out + " holds answers already", "continue with --resume, or give another --out");
      }
      FinishedLines finished = FinishedLines.read(out);
      if (retryFailed && finished.retryable() > 0) {
        input.requireAllOf(finished);
        lines = lines.without(FinishedLines::isRetryable);
        finished = FinishedLines.read(out);
      }
      return run(inputs, input, finished, lines::append);
    } finally {
      lines.close();
    }
  }

  private BatchProgress run(
      long inputs, BatchInput in, FinishedLines finished, Consumer<JsonNode> out) {
    begin(inputs, finished);
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try {
      submitAll(in, finished, out, workers);
      workers.shutdown();
      while (!isBroken() && !workers.awaitTermination(1, TimeUnit.SECONDS)) {
        tick();
      }
    } catch (InterruptedException e) {
      finishBegun(workers);
      throw EvalctlException.interrupted("running the batch");
    } catch (IOException e) {
      throw in.unreadable(e);
    } finally {
      stop(workers);
    }
    return end();
  }

  private void finishBegun(ExecutorService workers) {
    beginNothing();
    workers.shutdown();
    Waiter.reached(
        "the answers in flight",
        Deadline.in(IN_FLIGHT_LIMIT, time),
        nanos -> {
          tick();
          return workers.awaitTermination(nanos, TimeUnit.NANOSECONDS);
        });
  }

  private void submitAll(
      BatchInput in, FinishedLines finished, Consumer<JsonNode> out, ExecutorService workers)
      throws IOException, InterruptedException {
    Semaphore room = new Semaphore(ROOM_KIB);
    // As many lines wait as are at work, so that no worker has to wait for the disk.
    int least = Math.max(1, ROOM_KIB / (2 * jobs));
    int lines = 0;
    try (InputStream file = in.open()) {
      LineReader reader = new LineReader(file);
      for (LineReader.Line line = reader.next(); line != null; line = reader.next()) {
        lines = line.index() + 1;
        if (finished.contains(line.index())) {
          in.requireOwner(finished, line);
          continue;
        }
        int size = Math.max(least, line.json() == null ? 0 : line.json().length >> 10);
        while (!room.tryAcquire(size, 1, TimeUnit.SECONDS)) {
          tick();
        }
        if (isBroken()) {
          return;
        }
        LineReader.Line next = line;
        workers.execute(
            () -> {
              try {
                answer(next, out);
              } catch (Error e) {
                breakOff(new IllegalStateException(e));
                throw e;
              } finally {
                room.release(size);
              }
            });
      }
    }
    in.requireLength(finished, lines);
  }

  private void answer(LineReader.Line line, Consumer<JsonNode> out) {
    if (!mayBegin()) {
      return;
    }
    ProbeResult result =
        line.json() == null
            ? probes.failed(BoundedInput.tooLarge())
            : probes.run(line.json(), line.index());
    if (result.outcome() == ProbeResult.Outcome.INTERRUPTED) {
      return;
    }
    ObjectNode answer = Json.object().put("index", line.index());
    answer.put("runId", result.runId());
    answer.put("scenarioId", result.scenarioId());
    answer.setAll(result.json());
    write(answer, result.outcome() == ProbeResult.Outcome.SUCCEEDED, out);
  }

  private synchronized void write(ObjectNode answer, boolean success, Consumer<JsonNode> out) {
    if (broken != null) {
      return;
    }
    try {
      out.accept(answer);
    } catch (RuntimeException e) {
      broken = e;
      return;
    }
    answered++;
    failed += success ? 0 : 1;
    retryable += FinishedLines.isRetryable(answer) ? 1 : 0;
    listener.answered(
        progress(),
        success ? null : LlmErrorCode.valueOf(answer.path("error").path("code").asText()));
  }

  private synchronized void begin(long inputs, FinishedLines finished) {
    startNanos = time.nanoTime();
    total = inputs;
    finishedBefore = finished.count();
    failed = finished.count() - finished.succeeded();
    retryable = finished.retryable();
    answered = 0;
    closing = false;
    broken = null;
    listener.started(progress());
  }

  private synchronized BatchProgress end() {
    if (broken != null) {
      throw broken;
    }
    return progress();
  }

  private synchronized void breakOff(RuntimeException reason) {
    broken = broken == null ? reason : broken;
  }

  private synchronized boolean isBroken() {
    return broken != null;
  }

  private synchronized void beginNothing() {
    closing = true;
  }

  private synchronized boolean mayBegin() {
    return broken == null && !closing;
  }

  private synchronized void tick() {
    listener.waiting(progress());
  }

  private BatchProgress progress() {
    return new BatchProgress(
        total,
        finishedBefore,
        answered,
        failed,
        retryable,
        Duration.ofNanos(time.nanoTime() - startNanos));
  }

  /**
   * Interrupts what is under way and waits for it: an answer that came just in time is still
   * written, none is after this.
   */
  private void stop(ExecutorService workers) {
    workers.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      workers.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (!workers.isTerminated()) {
      breakOff(EvalctlException.interrupted("running the batch"));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
