package io.evalctl.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One line of {@code /proc/PID/stat} (proc(5)).
 *
 * @param state R, S, D, T, Z ...
 * @param parent parent's process id
 * @param group process group id
 * @param session session id
 * @param startTicks start time in clock ticks since boot
 */
record ProcStat(char state, long parent, long group, long session, long startTicks) {

  /** Where the kernel tells of a process; there as long as it is. */
  static Path directory(long pid) {
    return Path.of("/proc", Long.toString(pid));
  }

  /** Reads with a stream: an interrupted thread must not take a process that lives for dead. */
  static Optional<ProcStat> read(long pid) {
    return read(directory(pid));
  }

  static Optional<ProcStat> read(Path process) {
    try (FileInputStream stat = new FileInputStream(process.resolve("stat").toFile())) {
      return parse(new String(stat.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** The command name, field 2, may hold spaces and parentheses: parse from the last one. */
  static Optional<ProcStat> parse(String line) {
    int close = line.lastIndexOf(')');
    if (close < 0) {
      return Optional.empty();
    }
    String[] fields = line.substring(close + 1).strip().split(" ");
    if (fields.length < 20) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcStat(
            fields[0].charAt(0),
            Long.parseLong(fields[1]),
            Long.parseLong(fields[2]),
            Long.parseLong(fields[3]),
            Long.parseLong(fields[19])));
  }
}
