package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a fault is planned.
 *
 * @param tag names all that the fault makes
 */
record FaultSite(FaultScope scope, Containers containers, String tag) {
  static final String INJECTOR = "compose";

  /** What every fault's metadata begins with. */
  ObjectNode metadata() {
    ObjectNode metadata =
        JsonNodeFactory.instance
            .objectNode()
            .put("injector", INJECTOR)
            .put("engine", containers.engine().host())
            .put("project", scope.project())
            .put("run", scope.run())
            .put("tag", tag);
    if (scope.toolsImage() != null) {
      metadata.put("toolsImage", scope.toolsImage());
    }
    return metadata;
  }

  ContainerState require(String node) {
    return containers.require(node, scope);
  }

  /** Where the other nodes are reached, as far as they have addresses. */
  Map<String, List<String>> addresses() {
    return addresses(scope.nodes());
  }

  /** The same of some nodes and companions. */
  Map<String, List<String>> addresses(List<String> members) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    for (String member : members) {
      found.put(
          member,
          containers
              .find(scope.container(member))
              .map(ContainerState::addresses)
              .orElse(List.of()));
    }
    return found;
  }
}
