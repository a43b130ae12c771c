package io.evalctl.operator;

import io.evalctl.process.StreamDrain;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads all that an operator prints and keeps the beginning in a file: a flood neither blocks the
 * operator nor fills the disk. Thread-safe.
 */
final class OutputDrain {
  private final Path file;
  private final StreamDrain drain;

  private OutputDrain(Path file, StreamDrain drain) {
    this.file = file;
    this.drain = drain;
  }

  static OutputDrain start(InputStream output, Path file, long mostBytes) {
    OutputStream log;
    try {
      log = new Beginning(Files.newOutputStream(file), mostBytes);
    } catch (IOException e) {
      // a log that cannot be written is no reason to let the operator block
      log = OutputStream.nullOutputStream();
    }
    return new OutputDrain(file, StreamDrain.start(output, log, "operator-output"));
  }

  private static final class Beginning extends FilterOutputStream {
    private long room;

    Beginning(OutputStream log, long mostBytes) {
      super(log);
      this.room = mostBytes;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (room > 0) {
        int kept = (int) Math.min(count, room);
        out.write(bytes, from, kept);
        room -= kept;
        if (room == 0) {
          out.write("\n[evalctl: the rest was not kept]\n".getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** Waits a moment for what is on its way from a process that has ended. */
  void finish() {
    drain.finish();
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
