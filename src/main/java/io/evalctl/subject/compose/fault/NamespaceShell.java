package io.evalctl.subject.compose.fault;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import io.evalctl.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs shell scripts in the network of a container, with the right to change it: by nsenter(1)
 * where evalctl is root on the engine's machine, else in a container with NET_ADMIN that shares the
 * network and is removed at once. Not thread-safe.
 */
final class NamespaceShell {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int MOST_OUTPUT_BYTES = 4 << 20;

  /** In the environment of all scripts; its value is the run and the evalctl that started it. */
  private static final String MARKER = "EVALCTL_RUN_FAULT_SCRIPT";

  private final ProcessIdentity self = ProcessIdentity.self();
  private final HostAccess host;
  private final ToolsContainer tools;
  private final String run;
  private final TimeSource time;

  /**
   * @param tools null when no image is given for it
   */
  NamespaceShell(HostAccess host, ToolsContainer tools, String run, TimeSource time) {
    this.host = host;
    this.tools = tools;
    this.run = run;
    this.time = time;
  }

  /** Runs a script in the network of a running container. */
  ShellEnd run(ContainerState container, String script) {
    if (host.reaches(container)) {
      return here(List.of("nsenter", "-t", Long.toString(container.pid()), "-n"), script);
    }
    return tools().run("container:" + container.id(), script);
  }

  /** Runs a script in a new network of its own, which is gone afterwards. */
  ShellEnd runApart(String script) {
    return host.root() ? here(List.of("unshare", "-n"), script) : tools().run("none", script);
  }

  /** Ends the scripts of a run whose evalctl is dead, and waits until they are gone. */
  static void endAbandoned(String run, TimeSource time) {
    Waiter.until(
        "the end of the scripts of run " + run,
        Deadline.in(LIMIT, time),
        LOOK,
        () -> {
          List<ProcessIdentity> left =
              MarkedProcesses.values(MARKER).entrySet().stream()
                  .filter(entry -> entry.getValue().startsWith(run + " "))
                  .filter(entry -> !starter(entry.getValue()).alive())
                  .map(Map.Entry::getKey)
                  .toList();
          left.forEach(process -> process.signal(Signal.KILL));
          return left.isEmpty();
        });
  }

  private static ProcessIdentity starter(String value) {
    String[] numbers = value.substring(value.lastIndexOf(' ') + 1).split("/");
    return new ProcessIdentity(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
  }

  private ToolsContainer tools() {
    if (tools == null) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_CHAOS,
          "the network of a container is out of reach: evalctl is not root on the engine's machine",
          "run it there as root, or name an image that has bash, iptables and iproute2");
    }
    return tools;
  }

  ShellEnd here(List<String> prefix, String script) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("sh", "-c", script));
    ProgramEnd end =
        new Program(
                command,
                Path.of("/"),
                Map.of(MARKER, run + " " + self.pid() + "/" + self.startTicks()),
                new byte[0],
                MOST_OUTPUT_BYTES)
            .run(Deadline.in(LIMIT, time));
    if (end.timedOut()) {
      throw new EvalctlException(
          ErrorCode.DEADLINE_EXCEEDED,
          "waited %ds for %s".formatted(LIMIT.toSeconds(), String.join(" ", prefix)),
          null);
    }
    return new ShellEnd(end.exitCode(), end.out(), end.err());
  }
}
