package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpsServer;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Providers that only a proxy reaches. */
@Timeout(120)
class ProxyIT {
  /** Of the user {@code me} with the password {@code s3cret/pw}. */
  private static final String LOGIN = "Basic bWU6czNjcmV0L3B3";

  private static final String WHO = "me:s3cret%2Fpw@";

  private final ProviderServer provider = new ProviderServer();
  private ProxyServer proxy = new ProxyServer(LOGIN);

  @AfterEach
  void close() {
    proxy.close();
    provider.close();
  }

  @Test
  void asksThroughAProxyThatWantsAPassword() {
    try (UrlConnectionTransport transport = transport("http_proxy", WHO)) {
      for (int i = 0; i < 2; i++) {
        assertThat(post(transport, "http://models.test:" + provider.port() + "/v1/x").status())
            .isEqualTo(200);
      }
    }
    assertThat(provider.asked()).hasSize(2);
    assertThat(provider.asked())
        .allSatisfy(
            asked -> {
              assertThat(asked.path()).isEqualTo("/v1/x");
              assertThat(asked.body()).isEqualTo("{}");
            });
  }

  @Test
  void tellsWhatIsWrongWithTheLogin() {
    for (String scheme : new String[] {"http", "https"}) {
      String url = scheme + "://models.test:" + provider.port();
      refused(
          url,
          "",
          error -> {
            assertThat(error.code()).isEqualTo(LlmErrorCode.AUTH_ERROR);
            assertThat(error.statusCode()).isEqualTo(407);
            assertThat(error.message())
                .isEqualTo("the proxy 127.0.0.1:%d wants a user and a password", proxy.port());
          });
      refused(
          url,
          "me:wr0ng@",
          error -> {
            assertThat(error.code()).isEqualTo(LlmErrorCode.AUTH_ERROR);
            assertThat(error.message()).contains("refuses the user and the password in");
            assertThat(error.toString()).doesNotContain("wr0ng");
          });
    }
    assertThat(proxy.asked()).as("no account is locked by this").hasSizeLessThan(8);
    assertThat(provider.asked()).isEmpty();
  }

  @Test
  void tellsThatTheProxyRefusesOrIsNotThere() {
    String url = "https://models.test:" + provider.port();
    proxy.refuse("403 Forbidden");
    refused(
        url,
        WHO,
        error -> {
          assertThat(error.code()).isEqualTo(LlmErrorCode.NETWORK_ERROR);
          assertThat(error.message())
              .isEqualTo(
                  "the proxy 127.0.0.1:%d does not connect to models.test:%d",
                  proxy.port(), provider.port());
          assertThat(error.details()).isEqualTo("it answered HTTP 403 Forbidden");
        });
    proxy.close();
    refused(
        url,
        WHO,
        error -> {
          assertThat(error.code()).isEqualTo(LlmErrorCode.NETWORK_ERROR);
          assertThat(error.message()).contains("through the proxy 127.0.0.1:" + proxy.port());
          assertThat(error.toString()).doesNotContain("s3cret");
        });
  }

  /** HTTPS through the proxy, and a certificate of one's own by the JDK's settings. */
  @Test
  void theJarTrustsACompanysCertificateThroughItsProxy(@TempDir Path directory) throws Exception {
    HttpsServer server = TlsServer.create(directory);
    server.createContext(
        "/", exchange -> ProviderServer.json(200, ProviderServer.OPENAI_HELLO).to(exchange, null));
    server.start();
    Files.writeString(
        directory.resolve("in.json"),
        "{\"runId\":\"r\",\"scenarioId\":\"s\",\"modelId\":\"openai-compatible:m\",\"scenario\":{\"prompt\":\"p\"}}");
    try {
      Scratch scratch = new Scratch(directory);
      Running run =
          scratch
              .start(
                  Map.of(
                      "HTTPS_PROXY",
                      "http://" + WHO + "127.0.0.1:" + proxy.port(),
                      "JAVA_TOOL_OPTIONS",
                      "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
                          .formatted(directory.resolve("server.p12"), TlsServer.PASSWORD)),
                  "probe",
                  "in.json",
                  "--verbose",
                  "--base-url",
                  "https://models.test:" + server.getAddress().getPort())
              .await();
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(run.json().path("success").asBoolean()).isTrue();
      assertThat(run.out() + run.err()).doesNotContain("s3cret").doesNotContain("bWU6");
      assertThat(proxy.asked()).last().asString().startsWith("CONNECT models.test:");
    } finally {
      server.stop(0);
    }
  }

  private UrlConnectionTransport transport(String variable, String who) {
    return new UrlConnectionTransport(
        new ProxySettings(Map.of(variable, "http://" + who + "127.0.0.1:" + proxy.port())));
  }

  private void refused(String url, String who, Consumer<LlmError> what) {
    try (UrlConnectionTransport transport = transport("ALL_PROXY", who)) {
      assertThatThrownBy(() -> post(transport, url))
          .asInstanceOf(type(LlmException.class))
          .extracting(LlmException::error)
          .satisfies(what);
    }
  }

  private static HttpReply post(UrlConnectionTransport transport, String url) {
    return transport.send(
        new HttpCall("POST", URI.create(url), Map.of(), "{}".getBytes(StandardCharsets.UTF_8)),
        Deadline.in(Duration.ofSeconds(30), TimeSource.system()));
  }
}
