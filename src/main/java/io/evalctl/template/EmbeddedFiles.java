package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * Where embedded servers keep their files: the unpacked programs, a data directory that initdb has
 * made once and that every server starts from a copy of, one directory per running server, and one
 * that is kept.
 */
final class EmbeddedFiles {
  static final String SUPERUSER = "postgres";

  /**
   * They make guessing a weak password slow, and most of a connection's cost; {@link #secret} is
   * none that anybody guesses.
   */
  static final String FEW_ITERATIONS = "scram_iterations=1";

  /** A directory of root's that every account can reach. */
  static final Path SYSTEM_BASE = Path.of("/var/cache/evalctl/postgres");

  private static final Duration INITDB_LIMIT = Duration.ofSeconds(120);
  private static final Duration COPY_LIMIT = Duration.ofSeconds(120);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path base;
  private final LaunchUser user;
  private final TimeSource time;

  private EmbeddedFiles(Path base, LaunchUser user, TimeSource time) {
    this.base = base;
    this.user = user;
    this.time = time;
  }

  /**
   * @param cache evalctl's cache; when the server's account cannot reach it, a directory of root's
   *     that it can reach serves
   */
  static EmbeddedFiles in(Path cache, LaunchUser user, TimeSource time) {
    Path base = cache.resolve("postgres").toAbsolutePath();
    try {
      if (!user.reaches(base)) {
        base = SYSTEM_BASE;
      }
      Files.createDirectories(base.resolve("run"));
      return new EmbeddedFiles(base, user, time);
    } catch (IOException e) {
      throw unwritable(base, e);
    }
  }

  /** A directory for one server; it exists after {@link #createRun}. */
  Path run(String id) {
    return run(base, id);
  }

  static Path run(Path base, String id) {
    return base.resolve("run").resolve(id);
  }

  /** Every directory that embedded servers may have their files in. */
  static List<Path> bases(Path cache) {
    return List.of(cache.resolve("postgres").toAbsolutePath(), SYSTEM_BASE);
  }

  void createRun(Path run) {
    try {
      // Only the server's account looks in; its own files are closed to others anyway.
      Files.createDirectory(
          run,
          PosixFilePermissions.asFileAttribute(
              PosixFilePermissions.fromString(user.account() == null ? "rwx------" : "rwx--x--x")));
    } catch (IOException e) {
      throw unwritable(run, e);
    }
  }

  /** The programs, unpacked when they are not yet. */
  PostgresBinaries binaries(String id) {
    return PostgresBinaries.unpack(base, () -> scratch(id));
  }

  /** On the file system of what is cached, for a rename to be the last step. */
  private Path scratch(String id) {
    Path run = run(id);
    if (!Files.isDirectory(run)) {
      createRun(run);
    }
    return run;
  }

  /** Removes what was needed to prepare a server whose data is elsewhere. */
  void clear(String id, Path run) {
    if (!run(id).equals(run)) {
      try {
        DirectoryTree.delete(run(id));
      } catch (IOException e) {
        // The sweep finds it by the server's entry.
      }
    }
  }

  /** The directory that outlives its server. */
  Path kept() {
    return base.resolve("kept-" + flavour());
  }

  /** Whether a data directory is there to copy. */
  boolean hasPristine() {
    return Files.exists(pristine().resolve("data/PG_VERSION"));
  }

  /**
   * Makes a data directory: a copy of the cached one, which initdb makes first where there is none.
   *
   * @param home gets {@code data} and {@code password}, the superuser's
   * @param id the server's
   */
  void makeData(PostgresBinaries binaries, Path home, String id) {
    try {
      if (!hasPristine()) {
        Path fresh = Files.createDirectory(scratch(id).resolve("fresh"));
        initialise(binaries, fresh);
        PostgresBinaries.move(fresh, pristine());
      }
      copy(pristine().resolve("data"), home.resolve("data"));
      user.own(home.resolve("data"));
      Files.copy(
          pristine().resolve("password"),
          home.resolve("password"),
          StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw unwritable(home, e);
    }
  }

  private void initialise(PostgresBinaries binaries, Path home) throws IOException {
    Path password = home.resolve("password");
    Files.createFile(
        password,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password, secret());
    Path data = Files.createDirectory(home.resolve("data"));
    user.own(home);
    home.toFile().setExecutable(true, user.account() == null);
    run(
        "initdb",
        user.command(
            List.of(
                binaries.program("initdb").toString(),
                "--no-sync",
                "--no-instructions",
                "--pgdata=" + data,
                "--username=" + SUPERUSER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--set=" + FEW_ITERATIONS,
                "--encoding=UTF8",
                // The same order and letter case on every machine.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--wal-segsize=1")),
        INITDB_LIMIT);
  }

  private void copy(Path from, Path to) throws IOException {
    run(
        "cp",
        List.of("cp", "-a", "--reflink=auto", "--", from.toString(), to.toString()),
        COPY_LIMIT);
  }

  private void run(String what, List<String> command, Duration limit) throws IOException {
    ServerProgram.End end = ServerProgram.run(command, Deadline.in(limit, time));
    if (end.exitCode() != 0) {
      throw new EvalctlException(
          ErrorCode.POSTGRES_START,
          "%s of the embedded PostgreSQL %s: %s"
              .formatted(
                  what,
                  end.exitCode() < 0 ? "did not end in time" : "ended with " + end.exitCode(),
                  end.said().strip().lines().findFirst().orElse("it said nothing")),
          DataPlace.hint(end.said(), "check the room in " + base + ", or name a server with --pg"));
    }
  }

  private Path pristine() {
    return base.resolve("initdb-" + flavour());
  }

  /** Files of another owner are of no use to this one. */
  private String flavour() {
    return PostgresBinaries.label() + (user.account() == null ? "" : "-" + user.account());
  }

  Path base() {
    return base;
  }

  static String secret() {
    byte[] bytes = new byte[18];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static EvalctlException unwritable(Path place, IOException e) {
    return new EvalctlException(
        ErrorCode.POSTGRES_START,
        "the embedded PostgreSQL's files cannot be made in " + place + ": " + e,
        DataPlace.hint(
            e.toString(), "make room, or set XDG_CACHE_HOME to a directory that can be written to"),
        e);
  }
}
