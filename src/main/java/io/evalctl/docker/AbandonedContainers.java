package io.evalctl.docker;

import com.github.dockerjava.api.model.Container;
import io.evalctl.clock.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Containers whose evalctl is dead. Those of an evalctl on another machine count as its own still.
 * Several evalctl may look at the same time.
 */
public final class AbandonedContainers {
  private final DockerEngine engine;

  /**
   * One of them.
   *
   * @param state created, running, paused, exited ...
   */
  public record Abandoned(String id, String state, ContainerLabels labels) {}

  public AbandonedContainers(DockerEngine engine) {
    this.engine = engine;
  }

  /**
   * Those of one kind.
   *
   * @throws io.evalctl.error.EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED
   */
  public List<Abandoned> find(String kind) {
    List<Container> labelled =
        DockerCall.run(
            "listing containers",
            () ->
                engine
                    .client()
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(ContainerLabels.PID))
                    .exec());
    List<Abandoned> found = new ArrayList<>();
    for (Container container : labelled) {
      Map<String, String> labels = container.getLabels();
      Optional<ContainerLabels> ours =
          labels == null ? Optional.empty() : ContainerLabels.read(labels);
      ours.filter(label -> label.kind().equals(kind) && label.owner().dead())
          .ifPresent(
              label -> found.add(new Abandoned(container.getId(), container.getState(), label)));
    }
    return found;
  }

  /**
   * Kills and removes one. That it is gone already is no error.
   *
   * @throws io.evalctl.error.EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED, DEADLINE_EXCEEDED
   */
  public void remove(Abandoned abandoned, Deadline deadline) {
    ContainerRemoval.remove(engine, abandoned.id(), deadline);
  }
}
