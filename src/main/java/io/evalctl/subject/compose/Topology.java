package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.evalctl.docker.DockerEngine;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import java.util.List;
import java.util.Map;

/** What there is of a subject: versions, nodes, images with their digests. Stateless. */
final class Topology {
  private Topology() {}

  static ObjectNode of(
      SubjectDefinition subject,
      ComposeProject project,
      ComposeProgram program,
      DockerEngine engine,
      Map<String, String> containers,
      Map<String, Map<String, Integer>> ports) {
    ObjectNode topology = JsonNodeFactory.instance.objectNode();
    topology.put("subject", subject.name());
    topology.put("project", project.name());
    topology.put("engine", engine.serverVersion());
    topology.put("engineApi", engine.apiVersion());
    topology.put("compose", program.describe());
    var nodes = topology.putArray("nodes");
    for (NodeDefinition node : subject.nodes()) {
      ObjectNode item = nodes.addObject();
      item.put("name", node.name());
      item.put("service", node.service());
      item.put("container", containers.get(node.name()));
      ObjectNode published = item.putObject("ports");
      ports.get(node.name()).forEach((name, port) -> published.put(name, port));
      image(item, project.images().get(node.name()), engine);
    }
    return topology;
  }

  /** An image that was built here has an id, but no digest of a registry's. */
  private static void image(ObjectNode item, String image, DockerEngine engine) {
    item.put("image", image.isEmpty() ? null : image);
    if (image.isEmpty()) {
      return;
    }
    try {
      InspectImageResponse seen = engine.client().inspectImageCmd(image).exec();
      item.put("imageId", seen.getId());
      List<String> digests = seen.getRepoDigests();
      item.put("imageDigest", digests == null || digests.isEmpty() ? null : digests.get(0));
    } catch (NotFoundException e) {
      // not pulled yet
      item.putNull("imageId");
    }
  }
}
