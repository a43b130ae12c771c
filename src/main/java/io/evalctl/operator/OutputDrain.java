package io.evalctl.operator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Reads all that a process prints, on a daemon thread of its own, and keeps the beginning in a
 * file: a flood neither blocks the process nor fills the disk. Thread-safe.
 */
final class OutputDrain {
  private final InputStream output;
  private final Path file;
  private final long mostBytes;
  private final Thread thread;

  private OutputDrain(InputStream output, Path file, long mostBytes) {
    this.output = output;
    this.file = file;
    this.mostBytes = mostBytes;
    this.thread = new Thread(this::drain, "operator-output");
    thread.setDaemon(true);
  }

  static OutputDrain start(InputStream output, Path file, long mostBytes) {
    OutputDrain drain = new OutputDrain(output, file, mostBytes);
    drain.thread.start();
    return drain;
  }

  private void drain() {
    byte[] buffer = new byte[8192];
    try (OutputStream log = Files.newOutputStream(file)) {
      long room = mostBytes;
      int count = output.read(buffer);
      while (count >= 0 && room > 0) {
        int kept = (int) Math.min(count, room);
        log.write(buffer, 0, kept);
        room -= kept;
        if (room == 0) {
          log.write("\n[evalctl: the rest was not kept]\n".getBytes(StandardCharsets.UTF_8));
        }
        count = output.read(buffer);
      }
    } catch (IOException e) {
      // a log that cannot be written is no reason to let the operator block
    }
    discardTheRest();
  }

  private void discardTheRest() {
    try {
      output.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the process is gone
    }
  }

  /** Waits a moment for what is on its way from a process that has ended. */
  void finish() {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(Duration.ofSeconds(1).toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last lines that were kept, at most this many. */
  List<String> lastLines(int most) {
    try {
      byte[] kept = Files.readAllBytes(file);
      int from = Math.max(0, kept.length - 4096);
      List<String> lines =
          new String(kept, from, kept.length - from, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.subList(Math.max(0, lines.size() - most), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
