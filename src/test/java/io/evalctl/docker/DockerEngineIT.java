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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource({"1.53, 1.52", "1.40, 1.52"})
  void aVariableThatNotBothSpeakIsAnError(String wanted, String api) {
    version = "{\"Version\":\"29.0.1\",\"ApiVersion\":\"%s\"}".formatted(api);
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("DOCKER_API_VERSION", wanted);
    assertRefused(
        environment, ErrorCode.INVALID_CONFIGURATION, wanted, "up to " + api, "from 1.41 on");
  }

  @Test
  void anEngineThatIsTooOldIsRefused() {
    version = "{\"Version\":\"18.06.1\",\"ApiVersion\":\"1.38\",\"MinAPIVersion\":\"1.12\"}";
    assertRefused(environment(), ErrorCode.DOCKER_REFUSED, "18.06.1", "API 1.38", "Docker 20.10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"ApiVersion\":\"soon\"}", "<html>a proxy</html>", "{\"Vers"})
  void whatIsNoEngineIsRefused(String answer) {
    version = answer;
    assertRefused(environment(), ErrorCode.DOCKER_REFUSED, "no Docker engine");
  }

  private static void assertRefused(
      Map<String, String> environment, ErrorCode code, String... words) {
    assertThatThrownBy(() -> DockerEngine.connect(environment).close())
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage()).contains(words);
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "127.0.0.1:2375",
        "/var/run/docker.sock",
        "unix:",
        "unix://relative.sock",
        "tcp://",
        "tcp://127.0.0.1:99999",
        "fd://3",
        "ssh://root@127.0.0.1"
      })
  void anAddressThatIsNoneIsAnError(String address) {
    assertRefused(
        Map.of("DOCKER_HOST", address),
        ErrorCode.INVALID_CONFIGURATION,
        "DOCKER_HOST is '" + address + "'");
  }

  @Test
  void theEngineIsTheOneThatTheDockerCommandWouldUse(@TempDir Path home) throws IOException {
    version = "{\"Version\":\"29.0.1\",\"ApiVersion\":\"1.52\"}";
    String here = environment().get("DOCKER_HOST");
    String nowhere = "tcp://127.0.0.1:9";
    context(home, "here", here);
    context(home, "nowhere", nowhere);
    settings(home, "{\"currentContext\":\"nowhere\"}");
    assertThat(used(home, "DOCKER_HOST", here, "DOCKER_CONTEXT", "nowhere")).isEqualTo(here);
    assertThat(used(home, "DOCKER_HOST", "", "DOCKER_CONTEXT", "here")).isEqualTo(here);
    settings(home, "{\"currentContext\":\"here\"}");
    assertThat(used(home)).isEqualTo(here);
    Map<String, String> environment =
        Map.of("HOME", "/nonexistent", "DOCKER_CONFIG", home.resolve(".docker").toString());
    try (DockerEngine engine = DockerEngine.connect(environment)) {
      assertThat(engine.environment(Map.of("DOCKER_CONTEXT", "nowhere", "A", "b")))
          .isEqualTo(Map.of("DOCKER_HOST", here, "A", "b"));
    }
    assertRefused(
        Map.of("HOME", home.toString(), "DOCKER_CONTEXT", "lost"),
        ErrorCode.INVALID_CONFIGURATION,
        "no Docker context 'lost'");
    settings(home, "{");
    assertRefused(Map.of("HOME", home.toString()), ErrorCode.INVALID_CONFIGURATION, "config.json");
  }

  private static String used(Path home, String... variables) {
    Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    try (DockerEngine engine = DockerEngine.connect(environment)) {
      return engine.host();
    }
  }

  private static void settings(Path home, String text) throws IOException {
    Files.writeString(home.resolve(".docker/config.json"), text);
  }

  /** As docker context create does; its directory is called by the SHA-256 of its name. */
  private static void context(Path home, String name, String host) throws IOException {
    String digest =
        Map.of(
                "here", "fcec91509759ad995c2cd14bcb26b2720993faf61c29d379b270d442d92290eb",
                "nowhere", "20aeff0494e828d188c704e1f488a589b15ae01d11f6cb129f62129caa6cc543")
            .get(name);
    Path directory = home.resolve(".docker/contexts/meta").resolve(digest);
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("meta.json"),
        "{\"Name\":\"%s\",\"Endpoints\":{\"docker\":{\"Host\":\"%s\"}}}".formatted(name, host));
  }
}
