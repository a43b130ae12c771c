package io.evalctl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.campaign.CampaignFile;
import io.evalctl.campaign.CampaignPlan;
import io.evalctl.campaign.DurationEstimate;
import io.evalctl.chaos.ChaosParameter;
import io.evalctl.chaos.ChaosType;
import io.evalctl.console.Io;
import io.evalctl.console.Seconds;
import io.evalctl.console.Table;
import io.evalctl.error.EvalctlException;
import io.evalctl.results.Json;
import io.evalctl.results.RunReference;
import io.evalctl.subject.compose.ShippedSubjects;
import io.evalctl.text.Plural;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code campaign} can tell without running anything. */
final class CampaignCatalog {
  private final Io io;
  private final boolean json;

  CampaignCatalog(Io io, boolean json) {
    this.io = io;
    this.json = json;
  }

  int subjects() {
    Map<String, String> summaries = new LinkedHashMap<>();
    summaries.put("zookeeper", "an embedded Apache ZooKeeper ensemble of 3 or 5 nodes");
    for (String name : ShippedSubjects.names()) {
      summaries.put(name, ShippedSubjects.find(name).orElseThrow().summary());
    }
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      ArrayNode subjects = document.putArray("subjects");
      summaries.forEach(
          (name, summary) -> subjects.addObject().put("name", name).put("summary", summary));
      io.out().println(document);
    } else {
      summaries.forEach(
          (name, summary) ->
              io.out()
                  .println(
                      "%-10s %s%s"
                          .formatted(name, summary, name.equals("zookeeper") ? " (default)" : "")));
      io.out().println("FILE.yaml  any Docker Compose project (evalctl campaign --schema subject)");
    }
    return 0;
  }

  int chaos() {
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      ArrayNode types = document.putArray("chaosTypes");
      for (ChaosType type : ChaosType.values()) {
        ObjectNode node = types.addObject();
        node.put("type", type.label());
        node.put("mendable", type.mendable());
        node.put("summary", type.summary());
        ObjectNode parameters = node.putObject("parameters");
        type.parameters()
            .forEach(parameter -> parameters.put(parameter.name(), parameter.defaultValue()));
      }
      io.out().println(document);
      return 0;
    }
    Table table =
        new Table()
            .column("chaos", Table.Align.LEFT)
            .column("ends by", Table.Align.LEFT)
            .column("parameters (default)", Table.Align.LEFT)
            .column("what it does", Table.Align.LEFT);
    for (ChaosType type : ChaosType.values()) {
      table.row(
          List.of(
              type.label(),
              type == ChaosType.NONE ? "–" : type.mendable() ? "operator" : "evalctl",
              type.parameters().stream()
                  .map(CampaignCatalog::describe)
                  .collect(Collectors.joining(" ")),
              type.summary()));
    }
    table.lines().forEach(io.out()::println);
    return 0;
  }

  int schema(String which) {
    if (which.equals("subject")) {
      io.out().print(ShippedSubjects.schema());
      return 0;
    }
    if (!which.equals("campaign")) {
      throw EvalctlException.usage(
          "--schema cannot be '" + which + "'", "it is campaign or subject");
    }
    try (InputStream in = CampaignFile.class.getResourceAsStream("campaign.schema.json")) {
      io.out().print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param faults what they would do to whom, where that is known beforehand
   */
  int dryRun(CampaignPlan plan, List<String> faults, DurationEstimate estimate) {
    return plan(
        "would run, on a fresh subject for each trial, and undo each fault afterwards:",
        plan,
        faults,
        Json.object(),
        estimate);
  }

  /**
   * @param missing trials of the run that it belongs to
   */
  int dryResume(RunReference campaign, CampaignPlan plan, List<String> faults, int missing) {
    int all = plan.chaos().stream().mapToInt(step -> plan.trials() * plan.arms(step).size()).sum();
    DurationEstimate whole = DurationEstimate.of(plan);
    return plan(
        missing == 0
            ? campaign + " is complete: nothing would run of"
            : "would run what is missing of %s, %s of %d:"
                .formatted(campaign, Plural.of(missing, "trial"), all),
        plan,
        faults,
        Json.object().put("resume", campaign.toString()).put("missing", missing),
        new DurationEstimate(
            whole.least().multipliedBy(missing).dividedBy(all),
            whole.most().multipliedBy(missing).dividedBy(all)));
  }

  private int plan(
      String title,
      CampaignPlan plan,
      List<String> faults,
      ObjectNode more,
      DurationEstimate estimate) {
    ObjectNode keys = CampaignFile.write(plan);
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      document.set("plan", keys);
      document.setAll(more);
      document
          .putObject("estimate")
          .put("leastMs", estimate.least().toMillis())
          .put("mostMs", estimate.most().toMillis());
      if (!faults.isEmpty()) {
        ArrayNode list = document.putArray("faults");
        faults.forEach(list::add);
      }
      io.out().println(document);
      return 0;
    }
    io.out().println(title);
    keys.properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNull()) {
                io.out().println("  %-18s %s".formatted(entry.getKey(), entry.getValue()));
              }
            });
    if (!faults.isEmpty()) {
      io.out().println("faults:");
      faults.forEach(fault -> io.out().println("  " + fault));
    }
    if (!estimate.most().isZero()) {
      io.out().println("takes " + Seconds.range(estimate.least(), estimate.most()));
    }
    return 0;
  }

  private static String describe(ChaosParameter parameter) {
    return parameter.choices().isEmpty()
        ? "%s=%s".formatted(parameter.name(), parameter.defaultValue())
        : "%s=%s"
            .formatted(
                parameter.name(),
                parameter.choices().stream()
                    .map(choice -> choice.equals(parameter.defaultValue()) ? choice + "*" : choice)
                    .collect(Collectors.joining("|")));
  }
}
