package io.evalctl.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a stream is a terminal, without loading a native library. */
final class Terminal {
  private Terminal() {}

  /** Linux names the device behind a descriptor in /proc; elsewhere the JVM's own view serves. */
  static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String device = Files.readSymbolicLink(link).toString();
      return device.startsWith("/dev/pts/")
          || device.startsWith("/dev/tty")
          || device.equals("/dev/console");
    } catch (IOException e) {
      return !Files.exists(Path.of("/proc/self")) && System.console() != null;
    }
  }
}
