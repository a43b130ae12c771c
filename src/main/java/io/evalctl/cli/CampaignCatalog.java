package io.evalctl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.campaign.CampaignFile;
import io.evalctl.campaign.CampaignPlan;
import io.evalctl.chaos.ChaosParameter;
import io.evalctl.chaos.ChaosType;
import io.evalctl.console.Io;
import io.evalctl.console.Table;
import io.evalctl.results.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      document
          .putArray("subjects")
          .addObject()
          .put("name", "zookeeper")
          .put("summary", "an embedded Apache ZooKeeper ensemble of 3 or 5 nodes");
      io.out().println(document);
    } else {
      io.out()
          .println("zookeeper  an embedded Apache ZooKeeper ensemble of 3 or 5 nodes (default)");
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

  int schema() {
    try (InputStream in = CampaignFile.class.getResourceAsStream("campaign.schema.json")) {
      io.out().print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int dryRun(CampaignPlan plan) {
    ObjectNode keys = CampaignFile.write(plan);
    if (json) {
      io.out().println(Json.object().put("schemaVersion", 1).set("plan", keys));
      return 0;
    }
    io.out()
        .println("would run, on a fresh subject for each trial, and undo each fault afterwards:");
    keys.properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNull()) {
                io.out().println("  %-18s %s".formatted(entry.getKey(), entry.getValue()));
              }
            });
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
