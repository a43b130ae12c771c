package io.evalctl.subject.compose;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessOwner;
import io.evalctl.subject.PortBlock;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run holds on this machine before any container is there: its entry on record, a home, and
 * ports on 127.0.0.1. The entry is there first and goes last.
 */
final class ProjectClaim {
  private final ComposeOptions options;
  private final Path entry;
  private final ProcessOwner owner = ProcessOwner.self();
  private final List<PortBlock> blocks = new ArrayList<>();
  private final Map<String, Map<String, Integer>> ports = new LinkedHashMap<>();
  private final TimeSource time;

  private ProjectClaim(ComposeOptions options, TimeSource time) {
    this.options = options;
    this.entry = ProjectOwner.entry(options.registry(), options.runId());
    this.time = time;
  }

  /**
   * @throws EvalctlException FILE_UNWRITABLE or PORT_TAKEN; nothing is then left
   */
  static ProjectClaim take(ComposeOptions options, TimeSource time) {
    ProjectClaim claim = new ProjectClaim(options, time);
    try {
      Files.createDirectories(options.registry());
      claim.onRecord().write(claim.entry);
      ProjectHome.claim(options.home(), options.runId());
      claim.assignPorts();
      return claim;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot put the run on record in " + claim.entry + ": " + e,
          "without it, what a killed evalctl leaves could not be found; make it writable",
          e);
    } catch (RuntimeException e) {
      claim.release(false);
      throw e;
    }
  }

  private ProjectOwner onRecord() {
    return new ProjectOwner(
        options.runId(), owner, options.home(), options.keepHome(), options.engine());
  }

  private void assignPorts() {
    Deque<Integer> free = new ArrayDeque<>();
    for (NodeDefinition node : options.subject().nodes()) {
      Map<String, Integer> own = new LinkedHashMap<>();
      for (String name : node.ports().keySet()) {
        if (free.isEmpty()) {
          PortBlock block = PortBlock.claim();
          blocks.add(block);
          free.addAll(block.ports());
        }
        own.put(name, free.poll());
      }
      ports.put(node.name(), own);
    }
  }

  /** For each node its ports on 127.0.0.1, by the names that the subject file gives them. */
  Map<String, Map<String, Integer>> ports() {
    return ports;
  }

  /** The same, by the port in the container. */
  Map<String, Map<Integer, Integer>> published() {
    Map<String, Map<Integer, Integer>> published = new LinkedHashMap<>();
    for (NodeDefinition node : options.subject().nodes()) {
      Map<Integer, Integer> own = new LinkedHashMap<>();
      node.ports().forEach((name, inside) -> own.put(inside, ports.get(node.name()).get(name)));
      published.put(node.name(), own);
    }
    return published;
  }

  Map<String, String> labels() {
    return RunLabels.of(onRecord(), time.now());
  }

  /** Gives all of it back. Idempotent. */
  void release(boolean keepHome) {
    blocks.forEach(PortBlock::close);
    ProjectHome.release(options.home(), options.runId(), keepHome);
    try {
      Files.deleteIfExists(entry);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot remove the run's entry " + entry + ": " + e,
          "the next start of evalctl tries again",
          e);
    }
  }
}
