package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How PostgreSQL's programs are started: it refuses to run as root. In a user namespace of its own
 * root is nobody, and still owns its files; where the kernel refuses that, another user has to do.
 *
 * @param prefix the words before a command
 * @param account who owns the server's files, or null when it is the user that evalctl runs as
 */
record LaunchUser(List<String> prefix, String account) {
  private static final Duration TRIAL = Duration.ofSeconds(10);

  LaunchUser {
    prefix = List.copyOf(prefix);
  }

  /**
   * The first way that works here.
   *
   * @throws EvalctlException POSTGRES_START when root has none
   */
  static LaunchUser find(TimeSource time) {
    if (!isRoot()) {
      return new LaunchUser(List.of(), null);
    }
    List<LaunchUser> ways = new ArrayList<>();
    ways.add(new LaunchUser(List.of("unshare", "-U"), null));
    for (String account : List.of("postgres", "nobody")) {
      ways.add(switched(account));
      ways.add(new LaunchUser(List.of("runuser", "-u", account, "--"), account));
    }
    return ways.stream()
        .filter(way -> way.works(time))
        .findFirst()
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.POSTGRES_START,
                    "PostgreSQL does not run as root, and neither unshare -U nor setpriv nor"
                        + " runuser works here",
                    "run evalctl as another user, install util-linux, or name a server with"
                        + " --pg"));
  }

  /** By setpriv(1). */
  static LaunchUser switched(String account) {
    return new LaunchUser(
        List.of(
            "setpriv", "--reuid=" + account, "--regid=" + groupOf(account), "--clear-groups", "--"),
        account);
  }

  /** For messages: {@code as root through unshare -U}. */
  String description() {
    return prefix.isEmpty() ? "as this user" : "as root through " + String.join(" ", prefix);
  }

  List<String> command(List<String> words) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(words);
    return all;
  }

  /** Whether the account can reach files below this directory. */
  boolean reaches(Path directory) throws IOException {
    if (account == null) {
      return true;
    }
    for (Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at)
          && !Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  /** Gives the account a directory with all that is in it. */
  void own(Path root) throws IOException {
    if (account == null) {
      return;
    }
    UserPrincipal owner =
        root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(account);
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            return give(directory);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            return give(file);
          }

          private FileVisitResult give(Path path) throws IOException {
            Files.getFileAttributeView(
                    path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(owner);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private boolean works(TimeSource time) {
    try {
      return ServerProgram.run(command(List.of("true")), Deadline.in(TRIAL, time)).exitCode() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  private static String groupOf(String account) {
    return account.equals("nobody") ? "nogroup" : account;
  }
}
