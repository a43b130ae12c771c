package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessSession;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Sandboxes of this machine's own kernel, by bubblewrap. Thread-safe. */
final class LocalBackend implements SandboxBackend {
  private static final Duration TRIAL_LIMIT = Duration.ofSeconds(30);

  private final PythonInstallation python;
  private final LocalUser user;
  private final List<String> command;
  private final String marker;

  private LocalBackend(PythonInstallation python, LocalUser user, SandboxSettings settings) {
    this.python = python;
    this.user = user;
    this.marker = LocalMarker.own(settings.runId()).value();
    this.command = new ArrayList<>(user.prefix());
    command.addAll(
        new BubblewrapCommand(python, settings)
            .words(
                Map.of(
                    "PATH",
                    "/usr/bin:/bin",
                    "HOME",
                    "/sandbox",
                    "LANG",
                    "C.UTF-8",
                    LocalMarker.NAME,
                    marker)));
  }

  /**
   * @throws EvalctlException SANDBOX_UNAVAILABLE when there is no bubblewrap, or no python3
   */
  static LocalBackend open(
      SandboxSettings settings, Map<String, String> environment, TimeSource time) {
    if (bubblewrap(environment).isEmpty()) {
      throw new EvalctlException(
          ErrorCode.SANDBOX_UNAVAILABLE,
          "the local sandbox needs bubblewrap, and there is no bwrap on the PATH",
          "install bubblewrap, or start a Docker engine (scripts/docker-engine)");
    }
    LocalUser user = LocalUser.current();
    PythonInstallation python = PythonInstallation.find(environment, user, time);
    requireConfined(python, user, settings, time);
    return new LocalBackend(python, user, settings);
  }

  /** Once, before any case: a kernel may allow no user namespaces, or a Python lie out of reach. */
  private static void requireConfined(
      PythonInstallation python, LocalUser user, SandboxSettings settings, TimeSource time) {
    List<String> words = new ArrayList<>(user.prefix());
    words.addAll(new BubblewrapCommand(python, settings).confinement(Map.of()));
    words.addAll(List.of(python.executable().toString(), "-I", "-c", "pass"));
    ProgramEnd end =
        new Program(words, Path.of("/"), Map.of(), new byte[0], 1 << 16)
            .run(Deadline.in(TRIAL_LIMIT, time));
    if (end.exitCode() != 0) {
      throw new EvalctlException(
          ErrorCode.SANDBOX_UNAVAILABLE,
          "the local sandbox cannot run %s (Python %s): %s"
              .formatted(
                  python.executable(),
                  python.version(),
                  end.timedOut()
                      ? "it does not end"
                      : end.err().lines().reduce((first, last) -> last).orElse("it says nothing")),
          "use --sandbox docker, or another python3 first on the PATH");
    }
  }

  /** The program, from the PATH. */
  static Optional<Path> bubblewrap(Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "bwrap"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public String description() {
    return "local, bubblewrap with Python %s%s"
        .formatted(python.version(), user.root() ? " as an unprivileged user" : "");
  }

  @Override
  public SandboxProcess start(SandboxProcess.Output output, Deadline deadline) {
    ProcessBuilder builder =
        new ProcessBuilder(ProcessSession.apart(command)).directory(new File("/"));
    String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put(LocalMarker.NAME, marker);
    try {
      return new LocalSandbox(builder.start(), output);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.SANDBOX_UNAVAILABLE,
          "the local sandbox cannot start: " + e.getMessage(),
          "install bubblewrap and util-linux",
          e);
    }
  }

  @Override
  public void close() {}
}
