package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.Durations;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import io.evalctl.operator.AgentSpec;
import io.evalctl.results.Json;
import io.evalctl.text.YamlFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * A plan as keys and values: the form of the campaign file, of the flags (each gives the key of its
 * name), and of what the results store keeps to resume from. Its JSON Schema is the resource {@code
 * campaign.schema.json}.
 */
public final class CampaignFile {
  public static final Set<String> KEYS =
      new LinkedHashSet<>(
          List.of(
              "name",
              "subject",
              "nodes",
              "chaos",
              "param",
              "target",
              "trials",
              "arms",
              "baseline",
              "agent",
              "operator-db",
              "agent-ready",
              "agent-warmup",
              "timeout",
              "fault-duration",
              "health-timeout",
              "settle",
              "cooldown",
              "seed",
              "max-invalid",
              "operator-timezone",
              "subject-home",
              "keep-subject",
              "max-nodes"));
  private static final Set<String> STEP_KEYS =
      new LinkedHashSet<>(List.of("type", "params", "target", "timeout"));

  private CampaignFile() {}

  /** Reads a file; flags may be laid over it. */
  public static ObjectNode load(Path file) {
    return YamlFile.read("campaign file", file, ErrorCode.INVALID_INPUT);
  }

  /** Makes a plan of keys and values; what is missing gets its default. */
  public static CampaignPlan plan(ObjectNode keys) {
    KeyReader reader = new KeyReader("campaign", keys, KEYS);
    String subject = reader.text("subject").orElse("zookeeper");
    SubjectDefaults defaults = SubjectDefaults.of(subject);
    Path operatorDb = reader.text("operator-db").map(Path::of).orElse(null);
    AgentSpec agent =
        AgentSpec.parse(reader.text("agent").orElse(operatorDb == null ? "runbook" : "external"));
    List<ChaosStep> chaos = steps(reader, defaults.timeout());
    int nodes = reader.number("nodes", 1, 99).map(Long::intValue).orElse(defaults.defaultNodes());
    defaults.requireNodes(nodes);
    chaos.forEach(step -> defaults.requireTarget(step.request(), nodes));
    Duration settle = reader.duration("settle").orElse(defaults.settle());
    defaults.requireSettle(settle);
    return new CampaignPlan(
        reader.text("name").orElse(null),
        subject,
        nodes,
        chaos,
        reader.number("trials", 1, 1_000_000).map(Long::intValue).orElse(1),
        arms(reader, agent, chaos),
        agent,
        operatorDb,
        reader.duration("agent-ready").orElse(Duration.ofSeconds(30)),
        reader.duration("agent-warmup").orElse(agent.defaultWarmup()),
        reader.duration("fault-duration").orElse(defaults.faultDuration()),
        reader.duration("health-timeout").orElse(Duration.ofSeconds(120)),
        settle,
        reader.duration("cooldown").orElse(Duration.ZERO),
        reader
            .number("seed", Long.MIN_VALUE, Long.MAX_VALUE)
            .orElseGet(() -> (long) ThreadLocalRandom.current().nextInt(1, 1_000_000)),
        reader.number("max-invalid", 0, 1_000_000).map(Long::intValue).orElse(3),
        timesLocal(reader),
        reader.text("subject-home").map(Path::of).orElse(null),
        reader.flag("keep-subject"),
        reader.number("max-nodes", 1, 99).map(Long::intValue).orElse(null));
  }

  /** The keys and values that {@link #plan} reads back as this very plan. */
  public static ObjectNode write(CampaignPlan plan) {
    ObjectNode keys = Json.object();
    keys.put("name", plan.name());
    keys.put("subject", plan.subject());
    keys.put("nodes", plan.nodes());
    ArrayNode chaos = keys.putArray("chaos");
    for (ChaosStep step : plan.chaos()) {
      ObjectNode item = chaos.addObject();
      item.put("type", step.request().type().label());
      item.put("target", step.request().target());
      item.put("timeout", Durations.format(step.timeout()));
      ObjectNode params = item.putObject("params");
      step.request().parameters().forEach(params::put);
    }
    keys.put("trials", plan.trials());
    ArrayNode arms = keys.putArray("arms");
    plan.arms().forEach(arm -> arms.add(arm.label()));
    keys.put("agent", plan.agent().toString());
    keys.put("operator-db", plan.operatorDb() == null ? null : plan.operatorDb().toString());
    keys.put("agent-ready", Durations.format(plan.agentReady()));
    keys.put("agent-warmup", Durations.format(plan.agentWarmup()));
    keys.put("fault-duration", Durations.format(plan.faultDuration()));
    keys.put("health-timeout", Durations.format(plan.healthTimeout()));
    keys.put("settle", Durations.format(plan.settle()));
    keys.put("cooldown", Durations.format(plan.cooldown()));
    keys.put("seed", plan.seed());
    keys.put("max-invalid", plan.maxInvalid());
    keys.put("operator-timezone", plan.operatorTimesLocal() ? "local" : "utc");
    keys.put("subject-home", plan.subjectHome() == null ? null : plan.subjectHome().toString());
    keys.put("keep-subject", plan.keepSubject());
    keys.put("max-nodes", plan.maxNodes());
    return keys;
  }

  private static List<ChaosStep> steps(KeyReader reader, Duration defaultTimeout) {
    Duration timeout = reader.duration("timeout").orElse(defaultTimeout);
    String target = reader.text("target").orElse("any");
    Map<String, String> shared = parameters(reader, "param");
    List<ChaosStep> steps = new ArrayList<>();
    JsonNode chaos = reader.node("chaos").orElse(Json.array());
    if (chaos.isValueNode()) {
      chaos = Json.array().add(chaos);
    }
    for (int i = 0; i < chaos.size(); i++) {
      JsonNode item = chaos.get(i);
      if (item.isValueNode()) {
        for (String name : item.asText().split(",")) {
          ChaosType type = ChaosType.parse(name);
          steps.add(new ChaosStep(new FaultRequest(type, target, known(type, shared)), timeout));
        }
        continue;
      }
      KeyReader step = new KeyReader("campaign: chaos[" + (i + 1) + "]", item, STEP_KEYS);
      ChaosType type =
          ChaosType.parse(step.text("type").orElseThrow(() -> step.wrong("has no type", null)));
      Map<String, String> given = known(type, shared);
      given.putAll(parameters(step, "params"));
      steps.add(
          new ChaosStep(
              new FaultRequest(type, step.text("target").orElse(target), given),
              step.duration("timeout").orElse(timeout)));
    }
    if (steps.isEmpty()) {
      throw EvalctlException.usage(
          "no chaos type is given", "give one with --chaos; --list-chaos lists them");
    }
    refuseUnused(shared, steps);
    return steps;
  }

  /** A shared parameter goes to the types that know it. */
  private static Map<String, String> known(ChaosType type, Map<String, String> shared) {
    Map<String, String> known = new LinkedHashMap<>(shared);
    known
        .keySet()
        .retainAll(type.parameters().stream().map(parameter -> parameter.name()).toList());
    return known;
  }

  private static void refuseUnused(Map<String, String> shared, List<ChaosStep> steps) {
    Set<String> used =
        steps.stream()
            .flatMap(step -> step.request().parameters().keySet().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (String name : shared.keySet()) {
      if (!used.contains(name)) {
        throw new EvalctlException(
            ErrorCode.UNKNOWN_PARAMETER,
            "none of the chaos types has a parameter '" + name + "'",
            used.isEmpty() ? "they take none" : Suggestion.among(name, used));
      }
    }
  }

  private static Map<String, String> parameters(KeyReader reader, String key) {
    Map<String, String> parameters = new LinkedHashMap<>();
    reader
        .node(key)
        .ifPresent(
            node -> {
              if (!node.isObject()) {
                throw reader.wrong(key + " must hold names and values", null);
              }
              node.properties()
                  .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
            });
    return parameters;
  }

  private static List<Arm> arms(KeyReader reader, AgentSpec agent, List<ChaosStep> chaos) {
    boolean quiet = chaos.stream().allMatch(step -> step.request().type() == ChaosType.NONE);
    List<String> given = reader.texts("arms");
    if (reader.flag("baseline")) {
      if (!given.isEmpty() && !given.equals(List.of("baseline"))) {
        throw reader.wrong("baseline and arms contradict each other", "give one of them");
      }
      return List.of(Arm.BASELINE);
    }
    if (!given.isEmpty()) {
      return Arm.parseAll(given);
    }
    if (quiet) {
      return List.of(Arm.CONTROL);
    }
    return List.of(agent instanceof AgentSpec.None ? Arm.BASELINE : Arm.AGENT);
  }

  private static boolean timesLocal(KeyReader reader) {
    String zone = reader.text("operator-timezone").orElse("utc");
    return switch (zone) {
      case "utc" -> false;
      case "local" -> true;
      default -> throw reader.wrong("operator-timezone cannot be '" + zone + "'", "utc or local");
    };
  }
}
