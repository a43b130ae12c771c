package io.evalctl.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.results.Timestamps;
import io.evalctl.results.TrialEvent;
import io.evalctl.results.TrialRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One trial's events beside each other: what evalctl measured, and what the operator claimed.
 *
 * @param events everything that was recorded, in order
 * @param lines the same as text; phases are left out
 */
public record TrialTimeline(
    CampaignRow campaign, TrialRow trial, List<TrialEvent> events, List<Line> lines) {
  /**
   * @param secondsSinceOnset negative before it; since the trial's start when there was no onset
   * @param claim whether it is a claim of the operator's; else ground truth
   */
  public record Line(double secondsSinceOnset, boolean claim, String text) {}

  public TrialTimeline {
    events = List.copyOf(events);
    lines = List.copyOf(lines);
  }

  public static TrialTimeline of(CampaignRow campaign, TrialRow trial, List<TrialEvent> events) {
    long zero =
        events.stream()
            .filter(event -> event.kind().equals("onset"))
            .mapToLong(TrialEvent::monoNanos)
            .findFirst()
            .orElse(events.isEmpty() ? 0 : events.get(0).monoNanos());
    List<Line> lines =
        events.stream()
            .filter(event -> !event.kind().equals("phase"))
            .map(
                event ->
                    new Line(
                        (event.monoNanos() - zero) / 1e9,
                        isClaim(event.kind()),
                        text(event, trial)))
            .toList();
    return new TrialTimeline(campaign, trial, events, lines);
  }

  /** The same with every detail, for programs. */
  public ObjectNode json() {
    ObjectNode node = Json.object();
    node.set("trial", CampaignJson.trial(trial));
    ArrayNode list = node.putArray("events");
    for (TrialEvent event : events) {
      ObjectNode item = list.addObject();
      item.put("at", Timestamps.format(event.at()));
      item.put("monoNs", event.monoNanos());
      item.put("kind", event.kind());
      item.set("detail", event.detail());
    }
    return node;
  }

  /** Where it could write, if that is kept: its name does not tell which trial it belongs to. */
  private static String agentStarted(String directory) {
    return !directory.isEmpty() && Files.isDirectory(Path.of(directory))
        ? "agent started, in " + directory
        : "agent started";
  }

  private static boolean isClaim(String kind) {
    return kind.startsWith("ticket-") || kind.equals("command");
  }

  private static String text(TrialEvent event, TrialRow trial) {
    JsonNode detail = event.detail();
    return switch (event.kind()) {
      case "chaos-injected" ->
          detail.path("type").asText()
              + " injected"
              + (trial.target() == null ? "" : " into " + trial.target());
      case "agent-started" -> agentStarted(detail.path("directory").asText());
      case "onset" -> "onset: the fault is seen";
      case "node-health" ->
          "%s %s%s"
              .formatted(
                  detail.path("node").asText(),
                  detail.path("status").asText().replace('-', ' '),
                  detail.path("role").asText().isEmpty()
                      ? ""
                      : " (" + detail.path("role").asText() + ")");
      case "recovered" -> "recovered: healthy from here on";
      case "lifted" ->
          detail.path("type").asText()
              + (detail.path("endedEarly").asBoolean()
                  ? " had ended before evalctl lifted it"
                  : " lifted by evalctl");
      case "undo-note" -> "the undo found: " + detail.path("note").asText();
      case "undone" -> "nothing of the fault is left";
      case "error" -> "error: " + detail.path("message").asText();
      case "outcome" ->
          "outcome: "
              + detail.path("outcome").asText()
              + (detail.path("healedBy").asText().equals("none")
                  ? ""
                  : ", healed by " + detail.path("healedBy").asText());
      case "ticket-opened" -> "ticket " + detail.path("ticket").asText() + " opened";
      case "ticket-updated" ->
          "ticket " + detail.path("ticket").asText() + " " + detail.path("status").asText();
      case "ticket-resolved" -> "ticket " + detail.path("ticket").asText() + " resolved";
      case "command" ->
          "%s %s%s"
              .formatted(
                  detail.path("toolName").asText(),
                  detail.path("toolParams").toString(),
                  detail.path("exitCode").isInt()
                      ? " → exit " + detail.path("exitCode").asInt()
                      : "");
      default -> event.kind();
    };
  }
}
