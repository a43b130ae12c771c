package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DerivedComposeFileTest {
  /** As {@code docker compose config} prints it. */
  private static final String CANONICAL =
      """
      name: evalctl-x
      services:
        web:
          image: shop
          container_name: shop
          ports: ["8080:80", {target: 443, published: "443"}]
          labels: {mine: "1"}
        b:
          image: shop
          labels: ["mine=2", "flag"]
          networks: {back: null}
        helper:
          image: other
          container_name: helper
          ports: ["9000:9000"]
      networks:
        back: {name: shop_back}
        office: {name: office, external: true}
      volumes:
        data: {name: shop_data}
      """;

  private static final SubjectDefinition SUBJECT =
      SubjectFile.parse(
          "subject file x.yaml", SubjectFileTest.SMALL, compose -> new ComposeSource.Shipped(""));

  @Test
  void nothingThatWouldClashIsLeftAndEverythingIsLabelled() {
    ObjectNode derived = derive(CANONICAL);

    assertThat(derived.has("name")).isFalse();
    assertThat(derived.at("/services/web/container_name").asText()).isEqualTo("evalctl-x-a");
    assertThat(derived.at("/services/web/ports").toString()).isEqualTo("[\"127.0.0.1:20001:80\"]");
    assertThat(derived.at("/services/b/ports").toString())
        .isEqualTo("[\"127.0.0.1:20002:80\",\"127.0.0.1:20003:81\"]");
    assertThat(derived.at("/services/helper").has("container_name")).isFalse();
    assertThat(derived.at("/services/helper").has("ports")).isFalse();
    assertThat(derived.at("/services/web/labels").toString())
        .isEqualTo("{\"mine\":\"1\",\"io.evalctl.run\":\"x\"}");
    assertThat(derived.at("/services/b/labels").toString())
        .isEqualTo("{\"mine\":\"2\",\"flag\":\"\",\"io.evalctl.run\":\"x\"}");
    assertThat(derived.at("/networks/back").toString())
        .isEqualTo("{\"labels\":{\"io.evalctl.run\":\"x\"}}");
    assertThat(derived.at("/networks/default/labels").isObject()).isTrue();
    assertThat(derived.at("/networks/office").toString())
        .isEqualTo("{\"name\":\"office\",\"external\":true}");
    assertThat(derived.at("/volumes/data").toString())
        .isEqualTo("{\"labels\":{\"io.evalctl.run\":\"x\"}}");
  }

  @Test
  void theNodesMustBeInIt() {
    assertThatThrownBy(() -> derive(CANONICAL.replace("  web:", "  wbe:")))
        .hasMessage("subject file x.yaml: node a: the Compose file has no service 'web'")
        .extracting("hint")
        .isEqualTo("did you mean 'wbe'?");
    assertThatThrownBy(() -> derive(CANONICAL.replace("labels: {mine", "scale: 2\n    x: {mine")))
        .hasMessageContaining("service 'web' has 2 replicas");
    assertThatThrownBy(
            () -> derive(CANONICAL.replace("labels: {mine", "network_mode: host\n    x: {mine")))
        .hasMessageContaining("service 'web' has network_mode: host, where no port");
    assertThatThrownBy(() -> derive("version: '3'")).hasMessageContaining("has no services");
  }

  private static ObjectNode derive(String canonical) {
    try {
      return DerivedComposeFile.of(
          SUBJECT,
          (ObjectNode) new YAMLMapper().readTree(canonical),
          Map.of("a", "evalctl-x-a", "b", "evalctl-x-b"),
          Map.of("a", Map.of(80, 20001), "b", new TreeMap<>(Map.of(80, 20002, 81, 20003))),
          Map.of("io.evalctl.run", "x"));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
