package io.evalctl.subject.zookeeper.fault;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the records lie in a transaction log. Format (org.apache.zookeeper.server.persistence.
 * FileTxnLog): a header of 16 bytes; then for each transaction an Adler-32 checksum of its bytes (8
 * bytes), their number (4), the bytes and the letter B; then zeros, which are allocated in advance.
 *
 * @param records the bytes that a checksum covers, for each transaction
 */
record TransactionLog(List<Range> records) {
  static final int HEADER_BYTES = 16;

  private static final int RECORD_HEADER_BYTES = 12;
  private static final String PREFIX = "log.";

  /** Bytes of a file. */
  record Range(int offset, int length) {}

  static TransactionLog parse(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    List<Range> records = new ArrayList<>();
    int position = HEADER_BYTES;
    while (position + RECORD_HEADER_BYTES < content.length) {
      int length = bytes.getInt(position + Long.BYTES);
      int left = content.length - position - RECORD_HEADER_BYTES;
      if (length <= 0 || length >= left || content[content.length - left + length] != 'B') {
        break;
      }
      records.add(new Range(position + RECORD_HEADER_BYTES, length));
      position += RECORD_HEADER_BYTES + length + 1;
    }
    return new TransactionLog(List.copyOf(records));
  }

  /** The newest one in a directory: the one whose name has the greatest transaction number. */
  static Optional<Path> newest(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("log\\.[0-9a-f]{1,16}"))
          .max(Comparator.comparing(TransactionLog::number, Long::compareUnsigned));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read " + directory + ": " + e.getMessage(), null, e);
    }
  }

  private static long number(Path file) {
    return Long.parseUnsignedLong(file.getFileName().toString().substring(PREFIX.length()), 16);
  }
}
