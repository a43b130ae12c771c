package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeModelTest {
  private static final SubjectDefinition SUBJECT =
      SubjectFile.parse(
          "subject file x.yaml",
          SubjectFileTest.SMALL.replace("health:", "companions: [{service: watcher}]\nhealth:"),
          compose -> new ComposeSource.Shipped(""));

  private static ComposeModel model(String services) {
    try {
      return new ComposeModel(SUBJECT, (ObjectNode) new YAMLMapper().readTree(services));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Compose 1 prints every service; who names a node wants it, whatever its profiles are. */
  @ParameterizedTest
  @CsvSource({
    "'', 'web b watcher store cache lock always'",
    "debug, 'web b watcher store cache lock always shell'",
    "'other, *', 'web b watcher store cache lock always shell'",
  })
  void nodesAndWhatTheyNeedAreKeptWhateverTheirProfiles(String active, String kept) {
    ComposeModel model =
        model(
            """
            services:
              web: {profiles: [cluster], depends_on: {store: {condition: service_started}}}
              b: {profiles: [cluster], depends_on: [cache]}
              watcher: {profiles: [cluster]}
              store: {profiles: [cluster], links: ["lock:l"]}
              cache: {profiles: [cluster]}
              lock: {profiles: [cluster]}
              always: {image: x}
              shell: {profiles: [debug]}
            """);
    model.drop(Set.of(active.split("\\s*,\\s*", -1)));

    assertThat(model.json().path("services").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(kept.split(" "));
    assertThat(model.json().toString()).doesNotContain("profiles");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                             | {} | ",
        "{}                             | {network_mode: bridge} | ",
        "{}                             | {networks: {back: null}} | ",
        "{}                             | {network_mode: host} | b=node b (service b) has"
            + " network_mode: host",
        "{}                             | {network_mode: none} | b=node b (service b) has"
            + " network_mode: none",
        "{}                             | {network_mode: 'service:other'} | b=node b (service b)"
            + " has network_mode: service:other",
        "{}                             | {network_mode: 'container:4711'} | b=node b (service b)"
            + " has network_mode: container:4711",
        "{}                             | {networks: {outside: null}} | b=node b (service b) has"
            + " network_mode: host",
        "{}                             | {networks: [outside]} | b=node b (service b) has"
            + " network_mode: host",
        "{}                             | {network_mode: 'service:web'} | a=node b (service b) has"
            + " network_mode: service:web, b=node b (service b) has network_mode: service:web",
        "{container_name: w}            | {network_mode: 'container:w'} | a=node b (service b) has"
            + " network_mode: service:web, b=node b (service b) has network_mode: service:web",
      })
  void aNetworkThatIsNotANodesOwnIsSeen(String web, String b, String shared) {
    ComposeModel model =
        model(
            """
            services: {web: %s, b: %s, watcher: {}}
            networks: {outside: {name: host, external: true}, back: {name: shop_back}}
            """
                .formatted(web, b));
    model.renameContainers();

    assertThat(
            model.namespaces().networks().entrySet().stream()
                .map(Object::toString)
                .sorted()
                .reduce((one, other) -> one + ", " + other)
                .orElse(null))
        .isEqualTo(shared);
  }

  @Test
  void aCompanionNeedsANetworkAndTheFirstProcessOfOthersIsSeen() {
    ComposeModel model =
        model(
            """
            services:
              web: {}
              b: {pid: "service:web", ipc: host}
              watcher: {network_mode: host}
            """);

    assertThat(model.namespaces().networks())
        .containsExactly(entry("watcher", "service watcher has network_mode host"));
    assertThat(model.namespaces().processes())
        .containsExactly(entry("a", "node b (service b) has pid: service:web"));
    assertThat(
            model("services: {web: {network_mode: host}, b: {pid: host}, watcher: {}}")
                .namespaces()
                .processes())
        .as("each fault finds the processes of a container by its control group")
        .isEmpty();
  }
}
