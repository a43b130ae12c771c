package io.evalctl.subject.zookeeper;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.InheritedEnvironment;
import io.evalctl.process.ProcessSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs an ensemble's {@code bin/node}. Thread-safe. */
public final class NodeCommand {
  /** Longer than any verb takes, with its own deadlines, on a busy machine. */
  private static final int DEADLINE_SECONDS = 30;

  private final EnsembleHome home;

  public NodeCommand(EnsembleHome home) {
    this.home = home;
  }

  /**
   * Starts a node; nothing happens when it runs.
   *
   * @throws EvalctlException SUBJECT_START when it cannot start, PROCESS_START when the command
   *     itself cannot run
   */
  public void start(String node) {
    start(List.of(node));
  }

  /** Starts several nodes at the same time, and reports the first that cannot start. */
  public void start(List<String> nodes) {
    Map<String, Process> commands = new LinkedHashMap<>();
    EvalctlException first = null;
    for (String node : nodes) {
      commands.put(node, launch("start", node));
    }
    for (Map.Entry<String, Process> command : commands.entrySet()) {
      try {
        awaitSuccess("start", command.getKey(), command.getValue());
      } catch (EvalctlException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Stops a node; nothing happens when it is stopped. */
  public void stop(String node) {
    awaitSuccess("stop", node, launch("stop", node));
  }

  /** Ends whatever runs of a node, also a paused process, and starts it, in one step. */
  public void restart(String node) {
    awaitSuccess("restart", node, launch("restart", node));
  }

  private Process launch(String verb, String node) {
    List<String> words = List.of(home.nodeCommand().toString(), verb, node);
    ProcessBuilder builder =
        new ProcessBuilder(ProcessSession.apart(words)).redirectErrorStream(true);
    InheritedEnvironment.forProgram(builder.environment());
    // Should evalctl end meanwhile, whoever ends the nodes ends the command that starts them, too.
    EnsembleOwner.read(home.marker())
        .ifPresent(owner -> builder.environment().put(EnsembleOwner.MARKER, owner.runId()));
    try {
      Process command = builder.start();
      command.getOutputStream().close();
      return command;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.PROCESS_START,
          "cannot run " + home.nodeCommand() + ": " + e.getMessage(),
          "it needs a shell at /bin/sh, and an ensemble's home on a file system with exec rights",
          e);
    }
  }

  private void awaitSuccess(String verb, String node, Process command) {
    try {
      if (!command.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        command.destroyForcibly();
        throw failed(verb, node, "no end after " + DEADLINE_SECONDS + " seconds");
      }
      // A few lines, that is, less than a pipe holds; the node's own output goes to its log.
      String output =
          new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (command.exitValue() != 0) {
        throw failed(verb, node, output.isEmpty() ? "status " + command.exitValue() : output);
      }
    } catch (IOException e) {
      throw failed(verb, node, e.getMessage());
    } catch (InterruptedException e) {
      command.destroyForcibly();
      throw EvalctlException.interrupted("waiting for " + home.nodeCommand() + " " + verb);
    }
  }

  private EvalctlException failed(String verb, String node, String why) {
    return new EvalctlException(
        ErrorCode.SUBJECT_START,
        "cannot " + verb + " " + node + ": " + why.replace("\n", "; "),
        "its log: " + home.node(node).logFile());
  }
}
