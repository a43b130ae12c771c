package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.zookeeper.EnsembleHome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** config-corruption: a {@link ConfigMistake} in a node's configuration, then SIGKILL. */
final class ConfigFaults extends FileFaults {
  private final EnsembleHome home;

  ConfigFaults(EnsembleHome home, NodeProcesses processes) {
    super(processes);
    this.home = home;
  }

  @Override
  public FaultPlan plan(FaultRequest request, Target target, RandomGenerator random) {
    ConfigMistake[] mistakes = ConfigMistake.values();
    ConfigMistake mistake = mistakes[random.nextInt(mistakes.length)];
    Path file = home.node(target.node()).config();
    byte[] original = FileContent.read(file);
    String text = new String(original, StandardCharsets.UTF_8);
    byte[] wrong = mistake.makeIn(text).getBytes(StandardCharsets.UTF_8);
    ObjectNode metadata = processes.of(target.node()).json();
    new DamagedFile(file, FileContent.digest(original), FileContent.digest(wrong)).addTo(metadata);
    metadata.put("mistake", mistake.label());
    metadata.put("original", text);
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  @Override
  public void inject(FaultPlan plan) {
    DamagedFile damaged = DamagedFile.of(plan.metadata());
    if (damaged.state() != DamagedFile.State.BEFORE) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          damaged.file() + " has changed since the fault was planned",
          null);
    }
    ConfigMistake mistake = ConfigMistake.parse(plan.metadata().path("mistake").asText());
    String original = plan.metadata().path("original").asText();
    FileContent.replace(damaged.file(), mistake.makeIn(original).getBytes(StandardCharsets.UTF_8));
    processes.kill(NodeProcess.of(plan.metadata()));
  }

  @Override
  byte[] original(JsonNode metadata) {
    return metadata.path("original").asText().getBytes(StandardCharsets.UTF_8);
  }
}
