package io.evalctl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * The options that make a campaign's plan. Their values stay text: the plan's one reader checks
 * them, whether they come from a flag or from a file.
 */
final class PlanOptions {
  private static final String ARMS = "arms";
  private static final String BASELINE = "baseline";

  @Option(
      names = "--subject",
      paramLabel = "NAME|FILE",
      description =
          "System under test (default: zookeeper, an embedded ensemble). --list-subjects.")
  String subject;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many nodes it has: zookeeper 3 (default) or 5.")
  String nodes;

  @Option(
      names = "--chaos",
      paramLabel = "TYPE",
      split = ",",
      description = "Fault to inject; several with commas, or repeated. --list-chaos lists them.")
  List<String> chaos = new ArrayList<>();

  @Option(
      names = "--param",
      paramLabel = "K=V",
      split = ",",
      description = "Parameter of the fault; several with commas, or repeated.")
  Map<String, String> param = new LinkedHashMap<>();

  @Option(
      names = "--target",
      paramLabel = "NODE",
      description = "A node's name, leader, follower or any (default).")
  String target;

  @Option(names = "--trials", paramLabel = "N", description = "Trials in each arm (default: 1).")
  String trials;

  @Option(
      names = "--agent",
      paramLabel = "SPEC",
      description =
          "Operator: runbook (default), none, exec:COMMAND, or external with --operator-db.")
  String agent;

  @Option(
      names = "--operator-db",
      paramLabel = "FILE",
      description = "Where an external operator writes its tickets.")
  String operatorDb;

  @Option(names = "--baseline", description = "No operator: measure what heals by itself.")
  boolean baseline;

  @Option(
      names = "--agent-ready",
      paramLabel = "DURATION",
      description = "How long the operator may take to be ready (default: 30s).")
  String agentReady;

  @Option(
      names = "--agent-warmup",
      paramLabel = "DURATION",
      description = "Time between ready and the fault (default: 0s for runbook, 2s for others).")
  String agentWarmup;

  @Option(
      names = "--arms",
      paramLabel = "ARM",
      split = ",",
      description = "agent, baseline, control: they alternate and share each trial's seed.")
  List<String> arms = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "How long a trial waits for the response (default: 30s; Compose 300s).")
  String timeout;

  @Option(
      names = "--fault-duration",
      paramLabel = "DURATION",
      description =
          "How long a fault lasts that an operator cannot mend (default: 10s; Compose 60s).")
  String faultDuration;

  @Option(
      names = "--health-timeout",
      paramLabel = "DURATION",
      description = "How long the subject may take to be healthy (default: 120s).")
  String healthTimeout;

  @Option(
      names = "--settle",
      paramLabel = "DURATION",
      description =
          "Length of the healthy run that counts as recovered (default: 2s, or more where the"
              + " subject's probes need it to see a node that hangs).")
  String settle;

  @Option(
      names = "--cooldown",
      paramLabel = "DURATION",
      description = "Pause between trials (default: 0s).")
  String cooldown;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of every random choice (default: a new one).")
  String seed;

  @Option(names = "--name", paramLabel = "TEXT", description = "A label for the results.")
  String name;

  @Option(
      names = "--subject-home",
      paramLabel = "DIR",
      description = "Where to put the subject (default: a temporary directory).")
  String subjectHome;

  @Option(names = "--keep-subject", description = "Keep the subject's directory.")
  boolean keepSubject;

  @Option(
      names = "--max-nodes",
      paramLabel = "N",
      description = "Most nodes under fault at once (default: no limit; Compose a minority).")
  String maxNodes;

  @Option(
      names = "--operator-timezone",
      paramLabel = "utc|local",
      description = "Zone of the operator's times that name none (default: utc).")
  String operatorTimezone;

  @Option(
      names = "--max-invalid",
      paramLabel = "N",
      description = "Invalid trials that are repeated before the run gives up (default: 3).")
  String maxInvalid;

  /**
   * Lays these options over a campaign file: a flag takes the place of what the file says under its
   * key, in the file's single steps as well; the file takes that of what the environment and the
   * configuration say.
   */
  ObjectNode over(ObjectNode file, ParseResult parsed, Set<String> keys) {
    ObjectNode merged = file.deepCopy();
    Set<String> given = new HashSet<>();
    for (OptionSpec option : parsed.commandSpec().options()) {
      String key = SettingsDefaults.longName(option);
      if (keys.contains(key) && parsed.hasMatchedOption(option)) {
        given.add(key);
        merged.remove(key);
      }
    }
    onlyOneOf(given, merged);
    boolean saysArms =
        Stream.of(ARMS, BASELINE).anyMatch(key -> given.contains(key) || merged.has(key));
    for (OptionSpec option : parsed.commandSpec().options()) {
      String key = SettingsDefaults.longName(option);
      boolean left = saysArms && (key.equals(ARMS) || key.equals(BASELINE));
      if (keys.contains(key) && (given.contains(key) || !merged.has(key) && !left)) {
        put(merged, key, option.getValue());
      }
    }
    if (!given.contains("chaos")) {
      merged.path("chaos").forEach(step -> overStep(step, given));
    }
    return merged;
  }

  /** Both say which arms there are: that which counts more decides. */
  private static void onlyOneOf(Set<String> given, ObjectNode merged) {
    if (given.contains(ARMS)) {
      merged.remove(BASELINE);
    } else if (given.contains(BASELINE)) {
      merged.remove(ARMS);
    }
  }

  private void overStep(JsonNode step, Set<String> given) {
    if (step instanceof ObjectNode own) {
      own.remove(given.stream().filter(key -> !key.equals("chaos")).toList());
      if (given.contains("param") && own.get("params") instanceof ObjectNode params) {
        params.remove(param.keySet());
      }
    }
  }

  private static void put(ObjectNode merged, String key, Object value) {
    if (value instanceof String text) {
      merged.put(key, text);
    } else if (value instanceof Boolean flag) {
      merged.put(key, flag);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      ArrayNode items = merged.putArray(key);
      list.forEach(item -> items.add(item.toString()));
    } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      ObjectNode entries = merged.putObject(key);
      map.forEach((name, text) -> entries.put(name.toString(), text.toString()));
    }
  }
}
