package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.clock.TimeSource;
import io.evalctl.process.InheritedEnvironment;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessSession;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Leaves a process waiting, in a session of its own, that undoes a fault at the end of its lifetime
 * unless the fault's {@link Claim} is gone by then. It is a shell that costs next to nothing while
 * it waits; then it starts this very program. Whoever has undone the fault removes the claim, and
 * the process ends within a second.
 */
final class DeadMan {
  /** In the environment of the process; its value is the fault's tag. */
  static final String MARKER = "EVALCTL_RUN_DEAD_MAN";

  private static final String SCRIPT =
      """
      claim=$1 deadline=$2
      shift 2
      while [ -e "$claim" ] && [ "$(date +%s)" -lt "$deadline" ]; do sleep 1; done
      tries=60
      while [ -e "$claim" ] && [ "$tries" -gt 0 ]; do
        "$@" "$claim"
        tries=$((tries - 1))
        [ ! -e "$claim" ] || sleep 5
      done
      """;

  private final Path claims;
  private final Duration lifetime;
  private final TimeSource time;

  DeadMan(Path claims, Duration lifetime, TimeSource time) {
    this.claims = claims;
    this.lifetime = lifetime;
    this.time = time;
  }

  void arm(ChaosType type, JsonNode metadata) {
    Path claim = Claim.write(claims, type, metadata).toAbsolutePath();
    long deadline = time.now().plus(lifetime).getEpochSecond() + 1;
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of("sh", "-c", SCRIPT, "evalctl-dead-man", claim.toString(), Long.toString(deadline)));
    command.addAll(undo());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    InheritedEnvironment.forEvalctl(builder.environment());
    builder.environment().put(MARKER, metadata.path("tag").asText());
    ProcessSession.start(builder, time);
  }

  /** This very program, for one claim. */
  private static List<String> undo() {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-cp",
        classPath,
        "io.evalctl.Main",
        "heal",
        "--claim");
  }

  /** Removes the claim, and ends the process that waits for it. */
  void disarm(String tag) {
    Path file = claims.resolve(tag + ".json");
    if (file.toFile().exists()) {
      Claim.remove(file);
      MarkedProcesses.killAll(MARKER, tag, time);
    }
  }
}
