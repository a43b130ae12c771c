package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.evalctl.docker.DockerEngine;
import io.evalctl.question.Answer;
import io.evalctl.question.JsonPaths;
import io.evalctl.subject.compose.SubjectDefinition.Capture;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Captures the state of each node: alive, paused, pid (on the engine's host), startedAt, restarts,
 * container, image and configSha256 (of the container's command, environment and image, and of the
 * node's configuration files), and what the subject file asks for. What cannot be had is null.
 *
 * @param containers the container's name for each node
 */
record StateCapture(
    SubjectDefinition subject, DockerEngine engine, Map<String, String> containers, Asker asker) {

  ObjectNode take() {
    ObjectNode state = asked();
    for (NodeDefinition node : subject.nodes()) {
      ObjectNode whole = container(node);
      whole.setAll((ObjectNode) state.get(node.name()));
      state.set(node.name(), whole);
    }
    return state;
  }

  /** For each node what the subject file asks for; all of it is asked at the same time. */
  ObjectNode asked() {
    Map<Capture, Map<String, CompletableFuture<JsonNode>>> asked = new LinkedHashMap<>();
    for (Capture capture : subject.captures()) {
      Map<String, CompletableFuture<JsonNode>> values = new LinkedHashMap<>();
      capture.nodes().forEach(node -> values.put(node, value(capture, node, 0)));
      asked.put(capture, values);
    }
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    subject.nodeNames().forEach(state::putObject);
    asked.forEach(
        (capture, values) ->
            values.forEach(
                (node, value) -> ((ObjectNode) state.get(node)).set(capture.name(), value.join())));
    return state;
  }

  private CompletableFuture<JsonNode> value(Capture capture, String node, int turn) {
    Map<String, String> variables = Map.of("node", node);
    List<String> askees = capture.ask().isEmpty() ? List.of(node) : capture.ask();
    return asker
        .ask(askees.get(turn), capture.question().ask(), variables, capture.timeout())
        .thenCompose(
            answer -> {
              if (capture.question().failure(answer, variables).isEmpty()) {
                return CompletableFuture.completedFuture(
                    found(capture, ((Answer.Given) answer).body(), variables));
              }
              return turn + 1 < askees.size()
                  ? value(capture, node, turn + 1)
                  : CompletableFuture.completedFuture(JsonNodeFactory.instance.nullNode());
            })
        .exceptionally(error -> JsonNodeFactory.instance.nullNode());
  }

  /** One value as it is, several as a list. */
  private static JsonNode found(Capture capture, String body, Map<String, String> variables) {
    if (capture.path() == null) {
      return CanaryReadBack.found(capture.pattern(), body)
          .<JsonNode>map(JsonNodeFactory.instance::textNode)
          .orElse(JsonNodeFactory.instance.nullNode());
    }
    List<JsonNode> values = JsonPaths.find(body, capture.path().fill(variables));
    if (values.size() <= 1) {
      return values.isEmpty() ? JsonNodeFactory.instance.nullNode() : values.get(0);
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    values.forEach(list::add);
    return list;
  }

  private ObjectNode container(NodeDefinition node) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    try {
      InspectContainerResponse seen =
          engine.client().inspectContainerCmd(containers.get(node.name())).exec();
      boolean running = Boolean.TRUE.equals(seen.getState().getRunning());
      state.put("alive", running);
      state.put("paused", Boolean.TRUE.equals(seen.getState().getPaused()));
      state.put("pid", running ? seen.getState().getPidLong() : null);
      state.put("startedAt", seen.getState().getStartedAt());
      state.put("restarts", seen.getRestartCount());
      state.put("container", seen.getId());
      state.put("image", seen.getImageId());
      state.put("configSha256", configuration(node, seen));
    } catch (NotFoundException e) {
      state.put("alive", false);
      state.putNull("pid");
    }
    return state;
  }

  private String configuration(NodeDefinition node, InspectContainerResponse seen) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Object[] words :
          new Object[][] {
            seen.getConfig().getEntrypoint(),
            seen.getConfig().getCmd(),
            seen.getConfig().getEnv(),
            {seen.getImageId()}
          }) {
        for (Object word : words == null ? new Object[0] : words) {
          digest.update((word + "\0").getBytes(StandardCharsets.UTF_8));
        }
        digest.update((byte) 1);
      }
      for (String file : node.configFiles()) {
        digest.update((file + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(content(seen.getId(), file));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A tar archive with the one file; nothing where there is none. */
  private byte[] content(String container, String file) {
    try (InputStream archive =
        engine.client().copyArchiveFromContainerCmd(container, file).exec()) {
      return archive.readAllBytes();
    } catch (NotFoundException | IOException e) {
      return new byte[0];
    }
  }
}
