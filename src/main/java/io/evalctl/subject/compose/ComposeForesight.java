package io.evalctl.subject.compose;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.compose.fault.Companion;
import io.evalctl.subject.compose.fault.SharedNamespaces;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What is known of a project before anything of it is there. Stateless. */
public final class ComposeForesight {
  private ComposeForesight() {}

  /**
   * Which nodes of a subject will share namespaces with others.
   *
   * @throws EvalctlException SUBJECT_START without Compose, INVALID_INPUT when it does not
   *     understand the subject's Compose file
   */
  public static SharedNamespaces namespaces(
      SubjectDefinition subject, String project, Map<String, String> environment, TimeSource time) {
    return ComposeProject.foresee(subject, project, environment, time);
  }

  /**
   * An environment with what a {@code .env} beside the Compose file sets for Compose and docker.
   */
  public static Map<String, String> settings(
      SubjectDefinition subject, Map<String, String> environment) {
    return subject.compose() instanceof ComposeSource.UserFile user
        ? DotEnv.under(environment, user.path().getParent())
        : environment;
  }

  /** Whether those settings name an engine, and the environment does not. */
  public static boolean namesEngine(SubjectDefinition subject, Map<String, String> environment) {
    return Stream.of("DOCKER_HOST", "DOCKER_CONTEXT")
        .anyMatch(
            name ->
                !environment.containsKey(name) && settings(subject, environment).containsKey(name));
  }

  /** The services that are no nodes and take part in a partition. */
  public static Map<String, Companion> companions(SubjectDefinition subject, String project) {
    Map<String, Companion> companions = new LinkedHashMap<>();
    ComposeProject.companionNames(subject, project)
        .forEach(
            (service, container) ->
                companions.put(
                    service, new Companion(container, subject.companions().get(service))));
    return companions;
  }
}
