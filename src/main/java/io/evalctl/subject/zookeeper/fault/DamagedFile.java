package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * A file that a fault changes. It is the fault's to restore only as long as it is as the fault left
 * it.
 *
 * @param before digest of what was in it
 * @param after digest of what the fault puts into it
 */
record DamagedFile(Path file, String before, String after) {
  /** Whose content it has now. */
  enum State {
    BEFORE,
    DAMAGED,
    /** Somebody has changed or removed it since. */
    FOREIGN
  }

  /** Adds it to the metadata of a fault: file, sha256Before, sha256After. */
  void addTo(ObjectNode metadata) {
    metadata.put("file", file.toString());
    metadata.put("sha256Before", before);
    metadata.put("sha256After", after);
  }

  static DamagedFile of(JsonNode metadata) {
    return new DamagedFile(
        Path.of(metadata.path("file").asText()),
        metadata.path("sha256Before").asText(),
        metadata.path("sha256After").asText());
  }

  State state() {
    String now = FileContent.digest(file);
    if (now.equals(after)) {
      return State.DAMAGED;
    }
    return now.equals(before) ? State.BEFORE : State.FOREIGN;
  }
}
