package io.evalctl.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.ProviderServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCheckIT {
  private static final String KEY = "sk-very-secret-0123456789";

  @Test
  void aMissingKeyIsAWarning() {
    ObjectNode json =
        new HealthCheck(
                LlmSettings.of(Map.of("XAI_API_KEY", KEY)), "1.0", false, TimeSource.system())
            .json();
    assertThat(json.path("success").asBoolean()).isTrue();
    JsonNode health = json.path("health");
    assertThat(health.path("java").asText()).isEqualTo(System.getProperty("java.version"));
    assertThat(health.path("packages").path("jackson").asText()).isNotEmpty();
    assertThat(health.path("apiKeys").toString())
        .isEqualTo(
            "{\"openai\":false,\"anthropic\":false,\"google\":false,\"xai\":true,\"deepseek\":false,\"mistral\":false}");
    assertThat(health.path("warnings")).hasSize(5);
    assertThat(health.has("reachable")).isFalse();
    assertThat(json.toString()).doesNotContain(KEY);
  }

  @Test
  void asksTheProvidersOnceWhenItMay() {
    try (ProviderServer server = new ProviderServer()) {
      HealthCheck check =
          new HealthCheck(
              new LlmSettings(
                  Map.of("OPENAI_API_KEY", KEY, "GEMINI_API_KEY", KEY),
                  Path.of(""),
                  server.url(),
                  null,
                  null),
              "1.0",
              true,
              TimeSource.system());
      assertThat(check.json().path("health").path("reachable").toString())
          .isEqualTo("{\"openai\":true,\"google\":true}");
      assertThat(check.json()).isSameAs(check.json());
      assertThat(server.asked()).hasSize(2);
    }
  }
}
