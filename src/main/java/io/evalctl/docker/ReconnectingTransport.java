package io.evalctl.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;

/**
 * Sends a request once more that met a connection from before the engine was restarted: such a one
 * breaks at the first word, so that the engine has heard nothing of it. Thread-safe.
 */
final class ReconnectingTransport implements DockerHttpClient {
  /** What the system says of a write to a socket that nobody reads any more (EPIPE). */
  private static final String BROKEN = "Broken pipe";

  private final DockerHttpClient delegate;

  ReconnectingTransport(DockerHttpClient delegate) {
    this.delegate = delegate;
  }

  @Override
  public Response execute(Request request) {
    try {
      return delegate.execute(request);
    } catch (RuntimeException e) {
      if (!repeatable(request) || !broken(e)) {
        throw e;
      }
      return delegate.execute(request);
    }
  }

  /** A stream may have been read in part. */
  private static boolean repeatable(Request request) {
    return (request.body() == null || request.bodyBytes() != null)
        && request.hijackedInput() == null;
  }

  private static boolean broken(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && BROKEN.equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    delegate.close();
  }
}
