package io.evalctl.probe;

import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Reads a probe's input, as long as it is of a size that makes sense. */
public final class BoundedInput {
  /** The largest input, of a probe or a line of a batch. */
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  private BoundedInput() {}

  /**
   * Reads to the end; empty when there is more than {@link #MAX_BYTES}. Even then everything is
   * read, so that whoever writes into a pipe need not fear its breaking. A daemon thread reads,
   * because a read of standard input cannot be interrupted.
   *
   * @throws io.evalctl.error.EvalctlException {@code INTERRUPTED}
   */
  public static Optional<byte[]> read(InputStream in) throws IOException {
    FutureTask<Optional<byte[]>> reading = new FutureTask<>(() -> readAll(in));
    Thread thread = new Thread(reading, "input");
    thread.setDaemon(true);
    thread.start();
    try {
      return reading.get();
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("reading the input");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private static Optional<byte[]> readAll(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length <= MAX_BYTES) {
      return Optional.of(bytes);
    }
    in.transferTo(OutputStream.nullOutputStream());
    return Optional.empty();
  }

  /** Why a file cannot be read, in plain words. */
  public static String reason(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof InvalidPathException invalid) {
      return "that is no file name: " + invalid.getReason();
    }
    String why = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return "Is a directory".equals(why) ? "it is a directory" : why == null ? e.toString() : why;
  }

  /** What to say of an input that is too large. */
  public static LlmError tooLarge() {
    return LlmError.of(
        LlmErrorCode.VALIDATION_ERROR,
        "the input is larger than %d MiB".formatted(MAX_BYTES >> 20),
        null);
  }
}
