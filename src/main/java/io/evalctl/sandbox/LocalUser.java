package io.evalctl.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whose rights a local sandbox has to begin with. Root's would be too many: a limit of processes
 * does not bind root, and the supervisor is not protected from processes that are mapped to root.
 */
record LocalUser(boolean root) {
  /** Of this process. */
  static LocalUser current() {
    try {
      return new LocalUser(
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*")));
    } catch (IOException e) {
      return new LocalUser(false);
    }
  }

  /** The words before a command that give root's rights up; none for who has no such rights. */
  List<String> prefix() {
    return root
        ? List.of(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=-all",
            "--no-new-privs")
        : List.of();
  }
}
