package io.evalctl.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which version of the API is spoken, against servers on loopback that say they are engines. */
class DockerEngineIT {
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String version = "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          paths.add(path);
          byte[] body =
              (path.endsWith("/version") ? version : path.endsWith("/json") ? "[]" : "{}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(path.endsWith("/info") ? 500 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Map<String, String> environment() {
    return Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + server.getAddress().getPort());
  }

  @ParameterizedTest
  @CsvSource({
    "20.10.24, 1.41, 1.12, 1.41",
    "25.0.0, 1.44, 1.24, 1.44",
    "29.0.1, 1.52, 1.44, 1.44",
    "99.0.0, 1.70, 1.50, 1.50"
  })
  void theNewestThatBothSpeakIsSpoken(String engines, String api, String least, String spoken) {
    version =
        "{\"Version\":\"%s\",\"ApiVersion\":\"%s\",\"MinAPIVersion\":\"%s\"}"
            .formatted(engines, api, least);
    try (DockerEngine engine = DockerEngine.connect(environment())) {
      assertThat(engine.serverVersion()).isEqualTo(engines);
      assertThat(engine.apiVersion()).isEqualTo(spoken);
      engine.client().listContainersCmd().exec();
    }
    assertThat(paths).containsExactly("/version", "/v" + spoken + "/containers/json");
  }

  @Test
  void aVariableOverridesIt() {
    version = "{\"Version\":\"29.0.1\",\"ApiVersion\":\"1.52\"}";
    Map<String, String> environment =
        Map.of("DOCKER_HOST", environment().get("DOCKER_HOST"), "DOCKER_API_VERSION", "1.45");
    try (DockerEngine engine = DockerEngine.connect(environment)) {
      assertThat(engine.apiVersion()).isEqualTo("1.45");
    }
    assertThatThrownBy(
            () ->
                DockerEngine.connect(
                    Map.of(
                        "DOCKER_HOST",
                        environment().get("DOCKER_HOST"),
                        "DOCKER_API_VERSION",
                        "newest")))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
              assertThat(e.getMessage()).contains("'newest'");
            });
  }

  @Test
  void anErrorOfTheEngineIsToldAsItsOwn() {
    version = "{\"Version\":\"20.10.24\",\"ApiVersion\":\"1.41\"}";
    try (DockerEngine engine = DockerEngine.connect(environment())) {
      assertThatThrownBy(() -> DockerCall.run("asking", () -> engine.client().infoCmd().exec()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.DOCKER_REFUSED);
                assertThat(e.getMessage()).startsWith("asking failed: the Docker engine says");
              });
    }
  }

  @Test
  void anAddressThatIsNoneIsAnError() {
    assertThatThrownBy(() -> DockerEngine.connect(Map.of("DOCKER_HOST", "nonsense")))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
  }
}
