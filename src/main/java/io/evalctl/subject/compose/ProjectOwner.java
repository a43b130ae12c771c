package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Which evalctl a Compose project belongs to. It is on record before anything of the project is, so
 * that a later evalctl finds what a killed one has left.
 *
 * @param home the directory of the project's files
 * @param keepHome whether that is to stay when the project ends
 * @param engine where it runs when that is not the engine of evalctl's environment; else empty
 */
public record ProjectOwner(
    String runId, ProcessOwner process, Path home, boolean keepHome, String engine) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDING = ".compose";

  static Path entry(Path registry, String runId) {
    return registry.resolve(runId + ENDING);
  }

  static boolean isEntry(Path file) {
    return file.getFileName().toString().endsWith(ENDING);
  }

  /** The name of its Compose project. */
  public String project() {
    return ComposeProject.nameOf(runId);
  }

  /** Writes it in one step: nobody ever reads half of it. */
  void write(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("runId", runId);
    json.put("pid", process.process().pid());
    json.put("startTicks", process.process().startTicks());
    json.put("host", process.host());
    json.put("home", home.toString());
    json.put("keepHome", keepHome);
    json.put("engine", engine);
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(unfinished, json.toPrettyString() + "\n");
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reads it back; empty when there is no such file, or it is not one of these. */
  static Optional<ProjectOwner> read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      if (!json.path("runId").isTextual() || !json.path("home").isTextual()) {
        return Optional.empty();
      }
      return Optional.of(
          new ProjectOwner(
              json.path("runId").asText(),
              new ProcessOwner(
                  new ProcessIdentity(json.path("pid").asLong(), json.path("startTicks").asLong()),
                  json.path("host").asText()),
              Path.of(json.path("home").asText()),
              json.path("keepHome").asBoolean(),
              json.path("engine").asText()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
