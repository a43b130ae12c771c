package io.evalctl.session;

import io.evalctl.clock.TimeSource;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.Provider;
import io.evalctl.process.ProgramPath;
import io.evalctl.sandbox.SandboxFacts;
import io.evalctl.subject.compose.ComposeProgram;
import io.evalctl.template.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at what a machine offers. Starts nothing that stays and opens no database. */
public final class Diagnosis {
  /** How a thing stands. */
  public enum State {
    PRESENT,
    /** Not there, and needed only by some commands. */
    ABSENT,
    /** Not usable, and evalctl cannot work without it. */
    BROKEN
  }

  /** One thing looked at. */
  public record Finding(String topic, State state, String detail) {}

  private Diagnosis() {}

  public static List<Finding> of(Map<String, String> environment, Paths paths, Path resultsStore) {
    BuildInfo build = BuildInfo.current();
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            "evalctl", State.PRESENT, build.version() + " (commit " + build.commit() + ")"));
    findings.add(jdk(build));
    findings.add(
        new Finding(
            "processors",
            State.PRESENT,
            Runtime.getRuntime().availableProcessors() + " for evalctl and its subject"));
    findings.add(proc());
    findings.add(
        program(environment, "setsid", State.BROKEN, "needed to start nodes and operators"));
    findings.add(program(environment, "kill", State.BROKEN, "needed to send signals"));
    findings.add(program(environment, "sqlite3", State.ABSENT, "used by scripts/sample-operator"));
    findings.add(postgres(environment, paths));
    findings.addAll(sandboxes(environment));
    findings.add(compose(environment));
    findings.addAll(keys(environment));
    findings.add(writable("results store", resultsStore));
    findings.add(writable("run registry", paths.runRegistry()));
    return findings;
  }

  /** Asks the engine, if there is one, and the local Python; starts no sandbox. */
  private static List<Finding> sandboxes(Map<String, String> environment) {
    return SandboxFacts.gather(environment, TimeSource.system()).stream()
        .map(
            fact ->
                new Finding(
                    fact.topic(), fact.present() ? State.PRESENT : State.ABSENT, fact.detail()))
        .toList();
  }

  /** An option whose value comes from elsewhere than the command line; the value is not shown. */
  public static Finding setting(String command, String option, String source) {
    return new Finding(command + " --" + option, State.PRESENT, "from " + source);
  }

  private static Finding jdk(BuildInfo build) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return Files.isExecutable(java)
        ? new Finding("java", State.PRESENT, build.jdk() + " at " + java)
        : new Finding("java", State.BROKEN, java + " is missing: child processes cannot start");
  }

  private static Finding proc() {
    return Files.exists(Path.of("/proc/self/stat"))
        ? new Finding("/proc", State.PRESENT, "processes can be watched")
        : new Finding("/proc", State.BROKEN, "missing: faults on processes cannot be witnessed");
  }

  /** Variables that are set are named, for they redirect nothing unless they are asked for. */
  private static Finding postgres(Map<String, String> environment, Paths paths) {
    String others =
        List.of("DATABASE_URL", "PGHOST").stream()
            .filter(name -> !environment.getOrDefault(name, "").isEmpty())
            .map(name -> "; " + name + " is set, and is read with --pg env only")
            .findFirst()
            .orElse("");
    return EmbeddedPostgres.offer(paths.cache())
        .map(offer -> new Finding("PostgreSQL", State.PRESENT, "embedded " + offer + others))
        .orElseGet(
            () ->
                new Finding(
                    "PostgreSQL",
                    State.ABSENT,
                    "none embedded for this platform; name a server with --pg" + others));
  }

  private static Finding compose(Map<String, String> environment) {
    return ComposeProgram.find(environment, TimeSource.system())
        .map(found -> new Finding("compose", State.PRESENT, found.describe()))
        .orElseGet(
            () ->
                new Finding(
                    "compose",
                    State.ABSENT,
                    "neither docker compose nor docker-compose; needed for subjects in Docker"));
  }

  private static Finding program(
      Map<String, String> environment, String name, State without, String purpose) {
    return ProgramPath.find(name, Path.of("").toAbsolutePath(), environment)
        .map(path -> new Finding(name, State.PRESENT, path.toString()))
        .orElseGet(() -> new Finding(name, without, "not found; " + purpose));
  }

  /** Which keys there are, never what they are. */
  private static List<Finding> keys(Map<String, String> environment) {
    LlmSettings settings = LlmSettings.of(environment);
    return Provider.hosted().stream()
        .map(
            provider ->
                new Finding(
                    provider.label() + " key",
                    settings.hasKey(provider) ? State.PRESENT : State.ABSENT,
                    (settings.hasKey(provider) ? "set: " : "not set: ")
                        + String.join(" or ", provider.keyVariables())))
        .toList();
  }

  private static Finding writable(String topic, Path file) {
    Path existing = file.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isWritable(existing)
        ? new Finding(topic, State.PRESENT, file.toString())
        : new Finding(topic, State.BROKEN, file + " cannot be written");
  }
}
