package io.evalctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An embedded server on record. The entry is written before anything of the server exists, so that
 * a later evalctl finds what a killed one has left.
 *
 * @param id also the value of {@link #MARKER} in the environment of all its processes
 * @param directory what goes when the server does
 * @param data the data directory, which may be one that stays
 */
record EmbeddedEntry(String id, ProcessOwner owner, Path directory, Path data, Instant created) {
  /** Environment variable of every process of an embedded server. */
  static final String MARKER = "EVALCTL_RUN_POSTGRES";

  private static final ObjectMapper JSON = new ObjectMapper();

  void write(Path registry) throws IOException {
    Files.createDirectories(registry);
    Path file = file(registry);
    Path unfinished = file.resolveSibling(id + ".tmp");
    Files.writeString(
        unfinished,
        JSON.createObjectNode()
            .put("id", id)
            .put("pid", owner.process().pid())
            .put("startTicks", owner.process().startTicks())
            .put("host", owner.host())
            .put("directory", directory.toString())
            .put("data", data.toString())
            .put("created", created.toString())
            .toString());
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  EmbeddedEntry withData(Path other) {
    return new EmbeddedEntry(id, owner, directory, other, created);
  }

  void remove(Path registry) throws IOException {
    Files.deleteIfExists(file(registry));
  }

  /** Every entry that can be read. */
  static List<EmbeddedEntry> all(Path registry) throws IOException {
    List<EmbeddedEntry> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(registry, "*.json")) {
      for (Path file : files) {
        read(file).ifPresent(found::add);
      }
    } catch (NoSuchFileException e) {
      return found;
    }
    return found;
  }

  Path file(Path registry) {
    return registry.resolve(id + ".json");
  }

  private static Optional<EmbeddedEntry> read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      if (!json.hasNonNull("id") || !json.hasNonNull("pid") || !json.hasNonNull("directory")) {
        return Optional.empty();
      }
      return Optional.of(
          new EmbeddedEntry(
              json.path("id").asText(),
              new ProcessOwner(
                  new ProcessIdentity(json.path("pid").asLong(), json.path("startTicks").asLong()),
                  json.path("host").asText()),
              Path.of(json.path("directory").asText()),
              Path.of(json.path("data").asText()),
              Instant.parse(json.path("created").asText())));
    } catch (IOException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
