package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fault that is to be undone, as a file: it is there from before the fault is made until nothing
 * of the fault is left.
 *
 * @param owner the evalctl that made the fault
 */
record Claim(Path file, ChaosType type, JsonNode metadata, ProcessOwner owner) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes one in one step, readable for its owner alone. */
  static Path write(Path directory, ChaosType type, JsonNode metadata) {
    String tag = metadata.path("tag").asText();
    Path file = directory.resolve(tag + ".json");
    ProcessOwner self = ProcessOwner.self();
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("chaosType", type.label());
    json.put("ownerPid", self.process().pid())
        .put("ownerStart", self.process().startTicks())
        .put("ownerHost", self.host());
    json.set("metadata", metadata);
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path next = directory.resolve("." + tag + ".next");
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      JSON.writeValue(next.toFile(), json);
      return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "cannot write " + file + ": " + e.getMessage(), null, e);
    }
  }

  /** Reads one; empty when it is gone. */
  static Optional<Claim> read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      return Optional.of(
          new Claim(
              file,
              ChaosType.parse(json.path("chaosType").asText()),
              json.path("metadata"),
              new ProcessOwner(
                  new ProcessIdentity(
                      json.path("ownerPid").asLong(), json.path("ownerStart").asLong()),
                  json.path("ownerHost").asText())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read " + file + ": " + e.getMessage(), null, e);
    }
  }

  /** Those in a directory whose evalctl is dead. */
  static List<Claim> abandoned(Path directory) {
    List<Claim> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
      for (Path file : files) {
        read(file).filter(claim -> claim.owner().dead()).ifPresent(found::add);
      }
    } catch (NoSuchFileException e) {
      return found;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read " + directory + ": " + e.getMessage(), null, e);
    }
    return found;
  }

  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "cannot remove " + file + ": " + e.getMessage(), null, e);
    }
  }
}
