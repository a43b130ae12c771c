package io.evalctl.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files of keys and values. Stateless. */
public final class YamlFile {
  private YamlFile() {}

  /**
   * The content; an empty file holds no keys.
   *
   * @param what the kind of file, for messages: "campaign file"
   * @param wrong the code for a file that is there, but holds something else
   * @throws EvalctlException FILE_UNREADABLE, or {@code wrong} with the line
   */
  public static ObjectNode read(String what, Path file, ErrorCode wrong) {
    try {
      JsonNode node = new YAMLMapper().readTree(Files.readString(file));
      if (node == null || node.isMissingNode() || node.isNull()) {
        return new YAMLMapper().createObjectNode();
      }
      if (node instanceof ObjectNode keys) {
        return keys;
      }
      throw new EvalctlException(wrong, what + " " + file + " holds no keys and values", null);
    } catch (NoSuchFileException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "there is no " + what + " " + file, null, e);
    } catch (JsonProcessingException e) {
      throw new EvalctlException(
          wrong,
          "%s %s, line %d: %s"
              .formatted(
                  what,
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("no YAML")),
          null,
          e);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, what + " " + file + " cannot be read: " + e, null, e);
    }
  }
}
