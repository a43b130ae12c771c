package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A file of JSON values, one to a line, that is only appended to. A line is written in one piece; a
 * last line that a killed process left without its end is cut off when the file is opened. One
 * process at a time holds the file. Thread-safe; an interrupted thread still writes its line.
 */
public final class JsonLines implements AutoCloseable {
  private static final int BLOCK = 8192;

  private final Path path;
  private final RandomAccessFile file;

  private JsonLines(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens a file for appending and makes it if it is missing.
   *
   * @throws EvalctlException {@link ErrorCode#FILE_UNWRITABLE}
   */
  public static JsonLines open(Path path) {
    try {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      try {
        if (!lock(file)) {
          throw new IOException("another evalctl writes to it");
        }
        file.setLength(endOfLastLine(file));
        file.seek(file.length());
        return new JsonLines(path, file);
      } catch (IOException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Whether no line stands in it. */
  public synchronized boolean isEmpty() {
    try {
      return file.length() == 0;
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Adds a line. When this returns, a killed process no longer loses it. */
  public synchronized void append(JsonNode value) {
    byte[] json = Json.write(value);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    try {
      file.write(line);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /**
   * Takes lines out: the others are written anew beside the file, which they then replace in one
   * step. This object is closed after that.
   *
   * @return the file as it is then
   * @throws EvalctlException {@link ErrorCode#FILE_UNWRITABLE}; nothing is changed then
   */
  public synchronized JsonLines without(Predicate<JsonNode> unwanted) {
    Path rest = path.resolveSibling(path.getFileName() + ".rest");
    try (file) {
      try (BufferedReader from = Files.newBufferedReader(path);
          BufferedWriter to = Files.newBufferedWriter(rest)) {
        for (String line = from.readLine(); line != null; line = from.readLine()) {
          if (!unwanted.test(Json.read(line))) {
            to.write(line);
            to.write('\n');
          }
        }
      }
      Files.move(rest, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      rest.toFile().delete();
      throw unwritable(path, e);
    }
    return open(path);
  }

  /** Brings everything to the disk and gives the file free. */
  @Override
  public synchronized void close() {
    try (file) {
      if (file.getChannel().isOpen()) {
        file.getFD().sync();
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static boolean lock(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static long endOfLastLine(RandomAccessFile file) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long end = file.length(); end > 0; ) {
      long start = Math.max(0, end - BLOCK);
      int size = (int) (end - start);
      file.seek(start);
      file.readFully(block, 0, size);
      for (int i = size - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }

  private static EvalctlException unwritable(Path path, IOException e) {
    return new EvalctlException(
        ErrorCode.FILE_UNWRITABLE,
        "cannot write %s: %s".formatted(path, e.getMessage()),
        "check that the directory exists, is writable and has room",
        e);
  }
}
