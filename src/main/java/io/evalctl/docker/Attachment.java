package io.evalctl.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The streams of a container without a terminal: what it writes to its standard output goes to a
 * listener, of its standard error the last is kept. Thread-safe.
 */
public final class Attachment implements Closeable {
  private static final int MOST_ERROR_BYTES = 4096;
  private static final long START_SECONDS = 30;

  /** Hears the container, on a thread of docker-java's. */
  public interface Listener {
    void output(byte[] data);

    /**
     * There is no more to come.
     *
     * @param why completes the sentence "the container is lost: ..."
     */
    void end(String why);
  }

  private final Callback callback;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private Attachment(Listener listener) {
    this.callback = new Callback(listener);
  }

  static Attachment open(
      DockerEngine engine, String container, InputStream input, Listener listener) {
    Attachment attachment = new Attachment(listener);
    String what = "attaching to container " + container;
    DockerCall.run(
        what,
        () -> {
          engine
              .streamClient()
              .attachContainerCmd(container)
              .withStdIn(input)
              .withStdOut(true)
              .withStdErr(true)
              .withFollowStream(true)
              .exec(attachment.callback);
          attachment.awaitBegin(what);
          return null;
        });
    return attachment;
  }

  private void awaitBegin(String what) throws IOException {
    try {
      callback.begun.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      close();
      throw new EvalctlException(
          ErrorCode.DOCKER_UNREACHABLE, what + " took more than 30 s", null, e);
    } catch (InterruptedException e) {
      close();
      throw EvalctlException.interrupted(what);
    }
  }

  private synchronized void keep(byte[] piece) {
    if (errors.size() > MOST_ERROR_BYTES) {
      errors.reset();
    }
    errors.write(piece, 0, Math.min(piece.length, MOST_ERROR_BYTES));
  }

  /** The last of what was written to standard error. */
  public synchronized String errors() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  /** Ends the connection. */
  @Override
  public void close() {
    try {
      callback.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }

  private final class Callback extends ResultCallback.Adapter<Frame> {
    private final Listener listener;

    /** The library's own notice of the start never comes where there is none. */
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    Callback(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onStart(Closeable stream) {
      super.onStart(stream);
      begun.complete(null);
    }

    @Override
    public void onNext(Frame frame) {
      if (frame.getStreamType() == StreamType.STDERR) {
        keep(frame.getPayload());
      } else {
        listener.output(frame.getPayload());
      }
    }

    @Override
    public void onComplete() {
      super.onComplete();
      listener.end("it has ended");
    }

    @Override
    public void onError(Throwable failure) {
      super.onError(failure);
      begun.completeExceptionally(failure);
      listener.end("its connection broke: " + failure.getMessage());
    }
  }
}
