package io.evalctl.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.testing.Scratch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against an engine that stops at one point or another until it is let go. */
class BoundedTransportTest {
  private static final DockerHttpClient.Request REQUEST =
      DockerHttpClient.Request.builder().method("GET").path("/version").build();

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger closed = new AtomicInteger();

  @AfterEach
  void release() {
    released.countDown();
  }

  private void hang() {
    boolean interrupted = false;
    while (true) {
      try {
        released.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // as a read from a socket, it does not end so
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private BoundedTransport transport(boolean headHangs, InputStream body) {
    return new BoundedTransport(
        new DockerHttpClient() {
          @Override
          public Response execute(Request request) {
            if (headHangs) {
              hang();
            }
            return new Answer(body);
          }

          @Override
          public void close() {}
        },
        Duration.ofMillis(50));
  }

  private InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private InputStream hanging() {
    return new InputStream() {
      @Override
      public int read() {
        hang();
        return -1;
      }
    };
  }

  @Test
  void anAnswerComesThroughWhole() throws IOException {
    try (BoundedTransport transport = transport(false, text("all of it"))) {
      DockerHttpClient.Response response = transport.execute(REQUEST);
      assertThat(response.getStatusCode()).isEqualTo(200);
      assertThat(response.getBody()).hasContent("all of it");
      response.close();
      assertThat(closed).hasValue(1);
    }
  }

  @Test
  void anAnswerThatNeverBeginsIsGivenUpAndClosedWhenItComes() throws Exception {
    try (BoundedTransport transport = transport(true, text(""))) {
      assertThatThrownBy(() -> DockerCall.run("asking", () -> transport.execute(REQUEST)))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.DOCKER_UNREACHABLE);
                assertThat(e.getMessage()).contains("sent nothing within 0.1s");
              });
      released.countDown();
      Scratch.await("the late answer to be closed", () -> closed.get() == 1);
    }
  }

  @Test
  void anAnswerThatStopsInTheMiddleIsGivenUpAndNotReadOnByItsClosing() throws IOException {
    try (BoundedTransport transport =
        transport(false, new SequenceInputStream(text("half"), hanging()))) {
      DockerHttpClient.Response response = transport.execute(REQUEST);
      assertThatThrownBy(() -> response.getBody().readAllBytes())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("sent nothing");
      response.getBody().close();
      response.close();
      assertThat(closed).hasValue(0);
    }
  }

  @Test
  void beingInterruptedEndsNoCallAndIsNotForgotten() throws IOException {
    try (BoundedTransport transport = transport(false, text("it"))) {
      Thread.currentThread().interrupt();
      DockerHttpClient.Response response = transport.execute(REQUEST);
      assertThat(response.getBody()).hasContent("it");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private final class Answer implements DockerHttpClient.Response {
    private final InputStream body;

    Answer(InputStream body) {
      this.body = body;
    }

    @Override
    public int getStatusCode() {
      return 200;
    }

    @Override
    public Map<String, List<String>> getHeaders() {
      return Map.of();
    }

    @Override
    public InputStream getBody() {
      return body;
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
