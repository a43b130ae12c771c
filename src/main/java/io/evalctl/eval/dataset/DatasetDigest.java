package io.evalctl.eval.dataset;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** The SHA-256 that tells one version of a dataset from another. Stateless. */
final class DatasetDigest {
  private DatasetDigest() {}

  /**
   * Over the dataset's bytes, then for each file its name in UTF-8, a zero byte, its length in
   * eight bytes and its bytes.
   */
  static String of(byte[] dataset, Map<String, Path> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(dataset);
      byte[] buffer = new byte[1 << 16];
      for (Map.Entry<String, Path> file : files.entrySet()) {
        add(digest, file.getKey(), file.getValue(), buffer);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(MessageDigest digest, String name, Path file, byte[] buffer) {
    try (InputStream stream = Files.newInputStream(file)) {
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(Files.size(file)).array());
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "file " + file + " of the dataset cannot be read: " + e,
          null,
          e);
    }
  }
}
