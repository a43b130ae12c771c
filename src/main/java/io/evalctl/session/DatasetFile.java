package io.evalctl.session;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a dataset is.
 *
 * @param recording that comes with it and answers in the models' place when none is named, or null
 */
public record DatasetFile(Path path, Path recording) {
  private static final String EXAMPLE = "example:";

  /**
   * @param name a file, or {@code example:NAME} for one that comes with evalctl
   */
  public static DatasetFile locate(String name, Path directory, Paths paths) {
    if (name.startsWith(EXAMPLE)) {
      return Examples.unpack(name.substring(EXAMPLE.length()), paths.cache());
    }
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "there is no dataset " + file,
          "name a file in YAML, JSON or JSONL, or one of " + String.join(", ", Examples.names()));
    }
    return new DatasetFile(file, null);
  }
}
