package io.evalctl.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a file that is to be written later can be; nothing is made to find out. */
public final class WritableFile {
  private WritableFile() {}

  /** Why it cannot be written, or nothing when it can. */
  public static Optional<String> refusal(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      return Optional.of("it is a directory");
    }
    if (Files.exists(file)) {
      return Files.isWritable(file) ? Optional.empty() : Optional.of("permission denied");
    }
    if (!Files.isDirectory(directory)) {
      return Optional.of("there is no directory " + directory);
    }
    return Files.isWritable(directory)
        ? Optional.empty()
        : Optional.of("nothing can be written in " + directory);
  }
}
