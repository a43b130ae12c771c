package io.evalctl.subject.compose.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Programs that stand on the PATH before the system's own, do what those do, and hold whoever calls
 * them in the middle of a fault: after the first of its chains, its queue, a part of its file, the
 * first of its signals.
 */
final class HeldPrograms {
  private static final Map<String, String> SCRIPTS =
      Map.of(
          "iptables-restore",
          """
          rules=$(cat)
          tag=$(printf '%s\\n' "$rules" | sed -n 's/^:\\(evc-[^-]*-[^-]*\\)-.*/\\1/p')
          printf '%s\\n' "$rules" | "$real" "$@" || exit
          if mkdir "$here/$tag" 2>/dev/null; then hold; fi
          """,
          "tc",
          """
          "$real" "$@" || exit
          case "$*" in *" handle "*) touch "$here/queue"; hold;; esac
          """,
          "fallocate",
          """
          head -c 1048576 /dev/zero >"$3"
          touch "$here/file"
          hold
          exec "$real" "$@"
          """,
          "kill",
          """
          case "$2" in STOP) mkdir "$here/first" 2>/dev/null || { touch "$here/signal"; hold; exit; };; esac
          exec "$real" "$@"
          """);

  private final Path directory;

  HeldPrograms(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    for (Map.Entry<String, String> each : SCRIPTS.entrySet()) {
      Files.createFile(
          directory.resolve(each.getKey()),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      Files.writeString(
          directory.resolve(each.getKey()),
          """
          #!/bin/sh
          here=%s/held
          real=$(PATH=${PATH#*:} command -v %s)
          hold() { while [ ! -e "$here/open" ]; do sleep 0.1; done; }
          %s"""
              .formatted(directory, each.getKey(), each.getValue()));
    }
    Files.createDirectories(directory.resolve("held"));
  }

  /** A PATH on which they are found first. */
  String path() {
    return directory + ":" + System.getenv("PATH");
  }

  /** How many are held. */
  int held() {
    String[] marks = directory.resolve("held").toFile().list();
    return (int) java.util.Arrays.stream(marks).filter(mark -> !mark.equals("first")).count();
  }

  /** Lets everybody go on who still lives. */
  void open() throws IOException {
    Files.createFile(directory.resolve("held/open"));
  }
}
