package io.evalctl.subject.compose;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.docker.DockerCall;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the engine holds of one Compose project: containers, networks and volumes, found by the
 * label that Compose gives them. Thread-safe.
 */
public final class ProjectResources {
  static final String PROJECT_LABEL = "com.docker.compose.project";
  static final String SERVICE_LABEL = "com.docker.compose.service";
  private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(60);

  private final DockerEngine engine;
  private final String project;

  public ProjectResources(DockerEngine engine, String project) {
    this.engine = engine;
    this.project = project;
  }

  /** Its containers, those that have ended too. */
  List<ContainerLook> containers() {
    return listed().stream()
        .map(
            container ->
                new ContainerLook(
                    container.getLabels().getOrDefault(SERVICE_LABEL, ""),
                    container.getId(),
                    Arrays.stream(container.getNames()).findFirst().orElse("/").substring(1),
                    ContainerLook.state(container.getState()),
                    container.getStatus()))
        .toList();
  }

  private List<Container> listed() {
    return engine
        .client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(PROJECT_LABEL, project))
        .exec();
  }

  private List<Network> networks() {
    return engine.client().listNetworksCmd().withFilter("label", List.of(label())).exec();
  }

  private List<InspectVolumeResponse> volumes() {
    List<InspectVolumeResponse> found =
        engine.client().listVolumesCmd().withFilter("label", List.of(label())).exec().getVolumes();
    return found == null ? List.of() : found;
  }

  /** The labels of every container, network and volume of any run's subject. */
  static List<Map<String, String>> labelsOfSubjects(DockerEngine engine) {
    String label = RunLabels.KIND + "=" + RunLabels.SUBJECT;
    return DockerCall.run(
        "listing what is left of subjects",
        () -> {
          List<Map<String, String>> all = new ArrayList<>();
          engine
              .client()
              .listContainersCmd()
              .withShowAll(true)
              .withLabelFilter(List.of(label))
              .exec()
              .forEach(container -> all.add(container.getLabels()));
          engine
              .client()
              .listNetworksCmd()
              .withFilter("label", List.of(label))
              .exec()
              .forEach(network -> all.add(network.getLabels()));
          List<InspectVolumeResponse> volumes =
              engine
                  .client()
                  .listVolumesCmd()
                  .withFilter("label", List.of(label))
                  .exec()
                  .getVolumes();
          if (volumes != null) {
            volumes.forEach(volume -> all.add(volume.getLabels()));
          }
          return all;
        });
  }

  private String label() {
    return PROJECT_LABEL + "=" + project;
  }

  /** A line for each thing that is there. */
  public List<String> list() {
    List<String> lines = new ArrayList<>();
    containers().forEach(container -> lines.add("container " + container.name()));
    networks().forEach(network -> lines.add("network " + network.getName()));
    volumes().forEach(volume -> lines.add("volume " + volume.getName()));
    return lines;
  }

  /**
   * Removes all of it, running or not. Containers of others that have joined one of the networks
   * are taken off it and otherwise left alone. Idempotent; several may do it at a time.
   *
   * @throws EvalctlException DOCKER_REFUSED when something is still there after a minute
   */
  public void remove(TimeSource time) {
    String[] refusal = {""};
    boolean gone =
        Waiter.reached(
            "the removal of " + project,
            Deadline.in(REMOVAL_LIMIT, time),
            Duration.ofMillis(100),
            () -> {
              try {
                return removeOnce();
              } catch (DockerException e) {
                refusal[0] = ": " + String.valueOf(e.getMessage()).strip();
                return false;
              } catch (RuntimeException e) {
                throw new EvalctlException(
                    ErrorCode.DOCKER_UNREACHABLE,
                    "the Docker engine broke off while " + project + " was being removed: " + e,
                    "evalctl heal removes what is left",
                    e);
              }
            });
    if (!gone) {
      throw new EvalctlException(
          ErrorCode.DOCKER_REFUSED,
          "%s cannot be removed wholly, %s is left%s"
              .formatted(project, String.join(", ", list()), refusal[0]),
          "evalctl heal tries again");
    }
  }

  private boolean removeOnce() {
    // Each takes a while to end, and none waits for another.
    listed().parallelStream().forEach(this::removeContainer);
    if (!listed().isEmpty()) {
      return false;
    }
    networks().forEach(this::removeNetwork);
    volumes().forEach(this::removeVolume);
    return networks().isEmpty() && volumes().isEmpty();
  }

  private void removeContainer(Container container) {
    try {
      engine
          .client()
          .removeContainerCmd(container.getId())
          .withForce(true)
          .withRemoveVolumes(true)
          .exec();
    } catch (NotFoundException | ConflictException e) {
      // gone, or being removed by somebody else
    }
  }

  private void removeNetwork(Network network) {
    try {
      for (String guest :
          engine
              .client()
              .inspectNetworkCmd()
              .withNetworkId(network.getId())
              .exec()
              .getContainers()
              .keySet()) {
        engine
            .client()
            .disconnectFromNetworkCmd()
            .withNetworkId(network.getId())
            .withContainerId(guest)
            .withForce(true)
            .exec();
      }
      engine.client().removeNetworkCmd(network.getId()).exec();
    } catch (NotFoundException e) {
      // gone
    }
  }

  private void removeVolume(InspectVolumeResponse volume) {
    try {
      engine.client().removeVolumeCmd(volume.getName()).exec();
    } catch (NotFoundException | ConflictException e) {
      // gone, or still held for a moment
    }
  }
}
