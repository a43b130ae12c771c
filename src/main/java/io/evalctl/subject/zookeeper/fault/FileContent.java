package io.evalctl.subject.zookeeper.fault;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Whole files, read and replaced; failures become EvalctlExceptions that name the file. */
final class FileContent {
  /** In the place of the digest of a file that is not there. */
  static final String ABSENT = "absent";

  private FileContent() {}

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read " + file + ": " + e, null, e);
    }
  }

  /** Replaces the content in one step, so that nobody ever reads half of it. */
  static void replace(Path file, byte[] content) {
    // ZooKeeper takes names that begin with log. or snapshot. for its own.
    Path next = file.resolveSibling("." + file.getFileName() + ".next");
    try {
      Files.createDirectories(file.getParent());
      Files.write(next, content);
      Files.setPosixFilePermissions(
          next,
          Files.exists(file)
              ? Files.getPosixFilePermissions(file)
              : PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      next.toFile().delete();
      throw unwritable(file, e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** SHA-256 in hexadecimal, or {@link #ABSENT}. */
  static String digest(Path file) {
    try {
      return digest(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return ABSENT;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read " + file + ": " + e, null, e);
    }
  }

  static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static EvalctlException unwritable(Path file, IOException cause) {
    return new EvalctlException(
        ErrorCode.FILE_UNWRITABLE, "cannot write " + file + ": " + cause, null, cause);
  }
}
