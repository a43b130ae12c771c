package io.evalctl.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounds every wait for what an engine sends. The library's own limit holds for TCP alone: a read
 * from its Unix sockets cannot be given one, nor be broken off. So it is done by a thread that can
 * be left behind. Being interrupted does not end a wait, as it ends no read. Thread-safe.
 */
final class BoundedTransport implements DockerHttpClient {
  private final DockerHttpClient delegate;
  private final Duration limit;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "docker-engine");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param limit of each wait: for the head of an answer, and for each piece of its body
   */
  BoundedTransport(DockerHttpClient delegate, Duration limit) {
    this.delegate = delegate;
    this.limit = limit;
  }

  @Override
  public Response execute(Request request) {
    CompletableFuture<Response> answer =
        CompletableFuture.supplyAsync(() -> delegate.execute(request), threads);
    try {
      return new BoundedResponse(await(answer));
    } catch (IOException e) {
      answer.thenAccept(Response::close);
      throw new UncheckedIOException(e);
    }
  }

  private <T> T await(CompletableFuture<T> work) throws IOException {
    boolean interrupted = false;
    Deadline deadline = Deadline.in(limit, TimeSource.system());
    try {
      while (true) {
        try {
          return work.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (TimeoutException e) {
      throw new InterruptedIOException(
          "it takes connections, but sent nothing within %.1fs"
              .formatted(limit.toMillis() / 1000.0));
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException checked ? checked : new IOException(cause);
  }

  private <T> T bounded(Callable<T> work) throws IOException {
    return await(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.call();
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            },
            threads));
  }

  /** Ends the connections; a read that never returned goes on by itself and keeps nobody. */
  @Override
  public void close() throws IOException {
    threads.shutdown();
    delegate.close();
  }

  private final class BoundedResponse implements Response {
    private final Response response;
    private volatile boolean stuck;
    private final InputStream body;

    BoundedResponse(Response response) {
      this.response = response;
      this.body = response.getBody() == null ? null : new Body(response.getBody());
    }

    @Override
    public int getStatusCode() {
      return response.getStatusCode();
    }

    @Override
    public Map<String, List<String>> getHeaders() {
      return response.getHeaders();
    }

    @Override
    public InputStream getBody() {
      return body;
    }

    /** Closing reads what is left; where nothing comes, that too would take for ever. */
    @Override
    public void close() {
      if (!stuck) {
        response.close();
      }
    }

    private final class Body extends FilterInputStream {
      Body(InputStream in) {
        super(in);
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
          return bounded(() -> in.read(buffer, offset, length));
        } catch (InterruptedIOException e) {
          stuck = true;
          throw e;
        }
      }

      @Override
      public void close() throws IOException {
        if (!stuck) {
          super.close();
        }
      }
    }
  }
}
