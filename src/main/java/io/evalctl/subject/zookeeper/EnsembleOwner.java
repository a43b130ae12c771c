package io.evalctl.subject.zookeeper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Which evalctl an ensemble belongs to. It is on disk before anything of the ensemble is, so that a
 * later evalctl finds what a killed one has left.
 *
 * @param runId also the value of {@link #MARKER} in the environment of every node
 * @param process the evalctl
 * @param host where it runs; elsewhere its process id means nothing
 * @param home the ensemble's home
 * @param keepHome whether the home is to stay when the ensemble ends
 */
public record EnsembleOwner(
    String runId,
    ProcessIdentity process,
    String host,
    Path home,
    boolean keepHome,
    Instant createdAt) {
  /** Environment variable that every process of an ensemble carries. */
  static final String MARKER = "EVALCTL_RUN_SUBJECT";

  private static final ObjectMapper JSON = new ObjectMapper();

  static EnsembleOwner thisProcess(String runId, Path home, boolean keepHome, Instant createdAt) {
    return new EnsembleOwner(runId, ProcessIdentity.self(), thisHost(), home, keepHome, createdAt);
  }

  /** Whether it still runs. One on another host cannot be looked at, and counts as running. */
  boolean alive() {
    return !host.equals(thisHost()) || process.alive();
  }

  /** Writes it in one step: nobody ever reads half of it. */
  void write(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("runId", runId);
    json.put("pid", process.pid());
    json.put("startTicks", process.startTicks());
    json.put("host", host);
    json.put("home", home.toString());
    json.put("keepHome", keepHome);
    json.put("createdAt", createdAt.toString());
    Path unfinished = file.resolveSibling(file.getFileName() + "." + process.pid() + ".tmp");
    Files.writeString(unfinished, json.toPrettyString() + "\n", StandardCharsets.UTF_8);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reads it back; empty when there is no such file, or it is not one of these. */
  static Optional<EnsembleOwner> read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
      if (!json.hasNonNull("runId") || !json.hasNonNull("pid") || !json.hasNonNull("home")) {
        return Optional.empty();
      }
      return Optional.of(
          new EnsembleOwner(
              json.path("runId").asText(),
              new ProcessIdentity(json.path("pid").asLong(), json.path("startTicks").asLong()),
              json.path("host").asText(),
              Path.of(json.path("home").asText()),
              json.path("keepHome").asBoolean(),
              Instant.parse(json.path("createdAt").asText())));
    } catch (IOException | DateTimeException e) {
      return Optional.empty();
    }
  }

  static String thisHost() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
