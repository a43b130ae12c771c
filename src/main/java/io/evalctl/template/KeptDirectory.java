package io.evalctl.template;

import io.evalctl.file.DirectoryTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The data directory that outlives its embedded server. One evalctl at a time has it: a lock on a
 * file goes with the process that holds it. The server works without fsync, so that after a crash
 * of the whole machine the files may be of no use; they are taken up again only when the last
 * server ended cleanly, or the machine has not booted since.
 *
 * @param home holds the data directory
 */
record KeptDirectory(Path home, FileChannel channel) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The directory with its lock, or null when another evalctl uses it. */
  static KeptDirectory lock(EmbeddedFiles files, TemplateListener listener) throws IOException {
    Path home = files.kept();
    if (!Files.isDirectory(home)) {
      Files.createDirectories(home.getParent());
      createQuietly(files, home);
    }
    KeptDirectory kept = tryLock(home);
    if (kept == null) {
      listener.note(
          "another evalctl uses the kept data directory "
              + home
              + "; this one works on a server that is not kept");
    }
    return kept;
  }

  /** Null when it is in use. */
  static KeptDirectory tryLock(Path home) throws IOException {
    FileChannel channel =
        FileChannel.open(
            home.resolveSibling(home.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new KeptDirectory(home, channel);
      }
    } catch (OverlappingFileLockException e) {
      // another session of this very process has it
    }
    channel.close();
    return null;
  }

  /** Whether there is data that can be trusted; what cannot is removed. */
  boolean usable() throws IOException {
    boolean there = Files.exists(home.resolve("data/PG_VERSION"));
    boolean whole = Files.exists(home.resolve("password"));
    boolean trusted = Files.exists(home.resolve("clean")) || bootId().equals(lastBoot());
    if (there && whole && trusted) {
      return true;
    }
    clear();
    return false;
  }

  /** Notes that a server is about to write. */
  void inUse() throws IOException {
    Files.writeString(home.resolve("boot"), bootId());
    Files.deleteIfExists(home.resolve("clean"));
  }

  /** Removes all that is in it. */
  void clear() throws IOException {
    DirectoryTree.delete(home.resolve("data"));
    for (String name : new String[] {"password", "clean", "boot"}) {
      Files.deleteIfExists(home.resolve(name));
    }
  }

  void release() {
    try {
      channel.close();
    } catch (IOException e) {
      // the lock goes with the process
    }
  }

  private String lastBoot() {
    try {
      return Files.readString(home.resolve("boot"));
    } catch (IOException e) {
      return "";
    }
  }

  private static String bootId() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static void createQuietly(EmbeddedFiles files, Path home) throws IOException {
    try {
      files.createRun(home);
    } catch (RuntimeException e) {
      if (!Files.isDirectory(home)) {
        throw e;
      }
    }
  }
}
