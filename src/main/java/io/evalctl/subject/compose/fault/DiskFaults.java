package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * disk-pressure: one file of our own in the directory of a node's data, no greater than asked for,
 * and never so great that less than what is to be left stays free. It stays when the container is
 * restarted.
 */
final class DiskFaults implements FaultFamily {
  private static final long MEGABYTE = 1 << 20;
  private static final int OWNER_ALONE = 0600;

  /** A script that was put into a container goes on filling when its evalctl is killed. */
  private static final String REMOVAL =
      """
      for process in /proc/[0-9]*; do
        if grep -qs -e '[f]allocate.*'%1$s "$process/cmdline"; then
          [ "${process#/proc/}" = $$ ] || kill -9 "${process#/proc/}" 2>/dev/null
        fi
      done
      rm -f -- %1$s
      """;

  private final Containers containers;
  private final ContainerFiles files;

  DiskFaults(Containers containers, ContainerFiles files) {
    this.containers = containers;
    this.files = files;
  }

  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    ContainerState state = site.require(target.node());
    String path = dataPath(target, site, state);
    Path onHost = files.onHost(state, path).orElse(null);
    String directory = onHost == null ? path : onHost.toString();
    String[] free =
        files
            .run(state, onHost, "stat -f -c '%%a %%S' %s".formatted(quoted(directory)))
            .require(ErrorCode.FAULT_NOT_INJECTED, "asking for the free space of " + directory)
            .strip()
            .split(" ");
    long available = Long.parseLong(free[0]) * Long.parseLong(free[1]) / MEGABYTE;
    long megabytes = Math.min(request.number("mb"), available - request.number("leave_mb"));
    if (megabytes < 1) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "%s of %s has %d MB free, and %d are to be left"
              .formatted(path, state.name(), available, request.number("leave_mb")),
          "leave less: --param leave_mb=0");
    }
    ObjectNode metadata = site.metadata();
    ObjectNode node = Struck.add(metadata, target.node(), state);
    node.put("path", path + "/." + site.tag()).put("megabytes", megabytes);
    if (onHost != null) {
      node.put("onHost", onHost.resolve("." + site.tag()).toString());
    }
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  private static String dataPath(Target target, FaultSite site, ContainerState state) {
    String named = site.scope().dataPaths().get(target.node());
    return named != null
        ? named
        : state.mounts().stream()
            .filter(mount -> mount.writable() && mount.volume())
            .map(ContainerState.Mount::destination)
            .sorted()
            .findFirst()
            .orElseThrow(
                () ->
                    new EvalctlException(
                        ErrorCode.FAULT_NOT_INJECTED,
                        "container %s has no volume for its data that could be filled"
                            .formatted(state.name()),
                        "choose another fault, or give the service a volume"));
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return List.of(
        "make %s of container %s (%s), %d MB"
            .formatted(
                struck.json().path("path").asText(),
                struck.name(),
                struck.node(),
                struck.json().path("megabytes").asLong()));
  }

  @Override
  public void inject(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    script(
            containers.unchanged(struck),
            struck,
            """
            umask 077
            fallocate -l %2$dM %1$s 2>/dev/null || dd if=/dev/zero of=%1$s bs=1048576 count=%2$d 2>&1
            """
                .formatted(file(struck), struck.json().path("megabytes").asLong()))
        .require(ErrorCode.FAULT_NOT_INJECTED, "filling the disk of " + struck.name());
  }

  /** The blocks that the file system has given to the file. */
  @Override
  public boolean visible(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return containers
        .find(struck.id())
        .filter(ContainerState::running)
        .map(state -> script(state, struck, "stat -c '%%b %%B' %s".formatted(file(struck))))
        .filter(end -> end.exitCode() == 0)
        .map(end -> end.out().strip().split(" "))
        .filter(
            blocks ->
                Long.parseLong(blocks[0]) * Long.parseLong(blocks[1])
                    >= struck.json().path("megabytes").asLong() * MEGABYTE)
        .isPresent();
  }

  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(15);
  }

  /** In a container that does not run nothing can be removed, but the file can be emptied. */
  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    Optional<ContainerState> now = containers.current(struck);
    if (reached(struck, now)) {
      script(now.orElse(null), struck, REMOVAL.formatted(file(struck)))
          .require(ErrorCode.FAULT_NOT_UNDONE, "removing our file from " + struck.name());
    } else if (now.filter(state -> length(state, struck) > 0).isPresent()) {
      files.write(
          now.get(),
          null,
          struck.json().path("path").asText(),
          new ContainerFiles.Content(new byte[0], OWNER_ALONE, 0, 0));
    }
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    Optional<ContainerState> now = containers.current(struck);
    return reached(struck, now)
        ? script(now.orElse(null), struck, "test ! -e " + file(struck)).exitCode() == 0
        : now.map(state -> length(state, struck) <= 0).orElse(true);
  }

  /** Whether a script can be run where the file is. */
  private static boolean reached(Struck struck, Optional<ContainerState> now) {
    return onHost(struck) != null
        || now.filter(state -> state.running() && !state.paused()).isPresent();
  }

  /** Negative when there is none. */
  private long length(ContainerState state, Struck struck) {
    return files.length(state, struck.json().path("path").asText()).orElse(-1);
  }

  private ShellEnd script(ContainerState state, Struck struck, String script) {
    return files.run(state, onHost(struck), script);
  }

  private static Path onHost(Struck struck) {
    return struck.json().has("onHost") ? Path.of(struck.json().path("onHost").asText()) : null;
  }

  private static String file(Struck struck) {
    return quoted(struck.json().path(struck.json().has("onHost") ? "onHost" : "path").asText());
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  @Override
  public boolean endsWithRestart(JsonNode metadata) {
    return false;
  }

  @Override
  public Optional<String> difference(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    Optional<ContainerState> now = containers.current(struck);
    return !reached(struck, now) && now.filter(state -> length(state, struck) == 0).isPresent()
        ? Optional.of(
            "%s of %s is empty, but can only be removed when the container runs"
                .formatted(struck.json().path("path").asText(), struck.name()))
        : Optional.empty();
  }
}
