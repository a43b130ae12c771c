package io.evalctl.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Connections that break, one after the other. */
class ReconnectingTransportTest {
  private final Queue<String> breaks = new ArrayDeque<>();

  private final DockerHttpClient transport =
      new ReconnectingTransport(
          new DockerHttpClient() {
            @Override
            public Response execute(Request request) {
              if (!breaks.isEmpty()) {
                throw new RuntimeException(new IOException(breaks.remove()));
              }
              return null;
            }

            @Override
            public void close() {
              // nothing is open
            }
          });

  private static DockerHttpClient.Request.Builder request() {
    return DockerHttpClient.Request.builder().method("POST").path("/containers/x/wait");
  }

  @Test
  void oneThatTheEngineHasNotHeardIsSentOnceMore() {
    breaks.add("Broken pipe");
    transport.execute(request().bodyBytes(new byte[] {'{', '}'}).build());
    assertThat(breaks).isEmpty();
  }

  @Test
  void noMoreThanOnce() {
    breaks.addAll(List.of("Broken pipe", "Broken pipe", "Broken pipe"));
    assertThatThrownBy(() -> transport.execute(request().build())).hasMessageContaining("Broken");
    assertThat(breaks).hasSize(1);
  }

  @Test
  void oneThatTheEngineMayHaveHeardIsNot() {
    breaks.addAll(List.of("Connection reset by peer", "x"));
    assertThatThrownBy(() -> transport.execute(request().build())).hasMessageContaining("reset");
    assertThat(breaks).hasSize(1);
  }

  @Test
  void oneWhoseStreamMayHaveBeenReadIsNot() {
    breaks.addAll(List.of("Broken pipe", "x"));
    DockerHttpClient.Request streamed =
        request().body(new ByteArrayInputStream(new byte[1])).build();
    assertThatThrownBy(() -> transport.execute(streamed)).hasMessageContaining("Broken");
    assertThat(breaks).hasSize(1);
  }
}
