package io.evalctl.subject.compose;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Docker Compose of this machine: the plugin of docker where there is one, else docker-compose.
 * Immutable.
 *
 * @param command the words that start it
 */
public record ComposeProgram(List<String> command, String version) {
  private static final List<List<String>> FORMS =
      List.of(List.of("docker", "compose"), List.of("docker-compose"));
  private static final Pattern VERSION = Pattern.compile("v?\\d+\\.\\d+\\S*");
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);
  private static final int MOST_OUTPUT = 4 << 20;

  public ComposeProgram {
    command = List.copyOf(command);
  }

  /**
   * Looks for it.
   *
   * @param environment where PATH and the like come from
   */
  public static Optional<ComposeProgram> find(Map<String, String> environment, TimeSource time) {
    return FORMS.stream().flatMap(form -> found(form, environment, time).stream()).findFirst();
  }

  private static Optional<ComposeProgram> found(
      List<String> form, Map<String, String> environment, TimeSource time) {
    ProgramEnd end =
        new ComposeProgram(form, "")
            .run(
                List.of("version", "--short"),
                Path.of("/"),
                environment,
                Deadline.in(LOOK_LIMIT, time));
    String version = end.out().strip();
    return end.exitCode() == 0 && VERSION.matcher(version).matches()
        ? Optional.of(new ComposeProgram(form, version.replaceFirst("^v", "")))
        : Optional.empty();
  }

  /**
   * @throws EvalctlException SUBJECT_START when there is none
   */
  static ComposeProgram require(Map<String, String> environment, TimeSource time) {
    return find(environment, time)
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.SUBJECT_START,
                    "there is neither docker compose nor docker-compose on this machine",
                    "install one: apt-get install docker-compose, or Docker's compose plugin"));
  }

  /** Such as "docker compose 2.26.1". */
  public String describe() {
    return String.join(" ", command) + " " + version;
  }

  ProgramEnd run(
      List<String> arguments, Path directory, Map<String, String> environment, Deadline deadline) {
    List<String> words = new ArrayList<>(command);
    words.addAll(arguments);
    return new Program(words, directory, environment, new byte[0], MOST_OUTPUT).run(deadline);
  }
}
