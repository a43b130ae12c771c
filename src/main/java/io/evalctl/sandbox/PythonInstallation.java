package io.evalctl.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Python on this machine, as it tells about itself.
 *
 * @param executable the program itself, behind links and shims
 * @param version 3.11.2
 * @param prefix under which it is installed
 * @param libraries directories of its standard library
 * @param multiarch the name of the architecture in library paths, or empty
 * @param passedOver those that came before it on the PATH and cannot be used, each with the reason
 */
record PythonInstallation(
    Path executable,
    String version,
    Path prefix,
    List<Path> libraries,
    String multiarch,
    List<String> passedOver) {
  private static final String QUESTION =
      """
      import json, os, sys, sysconfig
      print(json.dumps({
          "old": sys.version_info < (3, 9),
          "version": "%d.%d.%d" % sys.version_info[:3],
          "executable": os.path.realpath(sys.executable),
          "prefix": os.path.realpath(sys.base_prefix),
          "libraries": sorted({sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}),
          "multiarch": sysconfig.get_config_var("MULTIARCH") or ""}))
      """;

  /** What a shell ends with that finds a program and may not execute it. */
  private static final int NOT_EXECUTABLE = 126;

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /**
   * The first on the PATH that is new enough and can be used with the sandbox's rights.
   *
   * @throws EvalctlException SANDBOX_UNAVAILABLE
   */
  static PythonInstallation find(Map<String, String> environment, LocalUser user, TimeSource time) {
    List<String> passedOver = new ArrayList<>();
    for (Path candidate : candidates(environment)) {
      Optional<PythonInstallation> found = ask(candidate, user, time, passedOver);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new EvalctlException(
        ErrorCode.SANDBOX_UNAVAILABLE,
        "the local sandbox needs python3 3.9 or newer, and none was found that "
            + (user.root() ? "a user without root's rights can run" : "runs")
            + (passedOver.isEmpty() ? "" : ": " + String.join("; ", passedOver)),
        "install python3 for all users (apt-get install python3), or use --sandbox docker");
  }

  private static Set<Path> candidates(Map<String, String> environment) {
    Stream<String> directories =
        Stream.concat(
            Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator)),
            Stream.of("/usr/local/bin", "/usr/bin"));
    Set<Path> found = new LinkedHashSet<>();
    directories
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, "python3"))
        .filter(Files::isExecutable)
        .forEach(found::add);
    return found;
  }

  /** Whoever gives root's rights up still has them when the next program is looked up. */
  private static List<String> withoutRights(LocalUser user, Path program) {
    List<String> command = new ArrayList<>(user.prefix());
    if (user.root()) {
      command.addAll(List.of("/bin/sh", "-c", "exec \"$0\" \"$@\""));
    }
    command.add(program.toString());
    return command;
  }

  private static Optional<PythonInstallation> ask(
      Path candidate, LocalUser user, TimeSource time, List<String> passedOver) {
    List<String> command = withoutRights(user, candidate);
    command.addAll(List.of("-I", "-c", QUESTION));
    ProgramEnd end =
        new Program(command, Path.of("/"), Map.of(), new byte[0], 1 << 16)
            .run(Deadline.in(ANSWER, time));
    try {
      JsonNode answer = new ObjectMapper().readTree(end.out());
      if (end.exitCode() != 0) {
        passedOver.add(candidate + " cannot be run" + why(end, user));
        return Optional.empty();
      }
      if (answer.path("old").asBoolean(true)) {
        passedOver.add(candidate + " is Python " + answer.path("version").asText("2"));
        return Optional.empty();
      }
      List<Path> libraries = new ArrayList<>();
      answer.get("libraries").forEach(each -> libraries.add(Path.of(each.asText())));
      return Optional.of(
          new PythonInstallation(
              Path.of(answer.get("executable").asText()),
              answer.get("version").asText(),
              Path.of(answer.get("prefix").asText()),
              libraries,
              answer.get("multiarch").asText(),
              List.copyOf(passedOver)));
    } catch (JsonProcessingException e) {
      passedOver.add(candidate + " cannot be run" + why(end, user));
      return Optional.empty();
    }
  }

  private static String why(ProgramEnd end, LocalUser user) {
    return end.exitCode() == NOT_EXECUTABLE && user.root()
        ? " by others than root"
        : end.err().lines().reduce((first, last) -> last).map(line -> " (" + line + ")").orElse("");
  }
}
