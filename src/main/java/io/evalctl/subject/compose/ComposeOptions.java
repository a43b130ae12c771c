package io.evalctl.subject.compose;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a Compose subject is opened.
 *
 * @param home where its files are put: a directory that is not there yet, or an empty one
 * @param keepHome whether the home and the logs of the containers stay when it ends
 * @param runId names the project: by it what a killed evalctl has left is found
 * @param registry the directory where every run has an entry
 * @param environment of evalctl: PATH, DOCKER_HOST, and what the Compose file wants filled in
 * @param engine the address of the engine when something else than evalctl's environment names it;
 *     else empty
 */
public record ComposeOptions(
    SubjectDefinition subject,
    Path home,
    boolean keepHome,
    String runId,
    Path registry,
    Map<String, String> environment,
    String engine) {
  public ComposeOptions {
    home = home.toAbsolutePath();
    environment = Map.copyOf(environment);
  }
}
