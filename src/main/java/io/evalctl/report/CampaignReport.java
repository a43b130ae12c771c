package io.evalctl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.TrialRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Campaigns with their trials, as they are stored, and their numbers. Immutable. */
public final class CampaignReport {
  /** One campaign with its trials. */
  public record Entry(CampaignSummary summary, List<TrialRow> trials) {
    public Entry {
      trials = List.copyOf(trials);
    }
  }

  private final Path store;
  private final List<Entry> entries;

  private CampaignReport(Path store, List<Entry> entries) {
    this.store = store;
    this.entries = List.copyOf(entries);
  }

  public static CampaignReport of(ResultsStore store, List<CampaignRow> campaigns) {
    List<Entry> entries = new ArrayList<>();
    for (CampaignRow campaign : campaigns) {
      List<TrialRow> trials = store.trials().ofCampaign(campaign.id());
      entries.add(new Entry(CampaignSummary.of(campaign, trials), trials));
    }
    return new CampaignReport(store.file(), entries);
  }

  static CampaignReport of(Path store, List<Entry> entries) {
    return new CampaignReport(store, entries);
  }

  public Path store() {
    return store;
  }

  public List<Entry> entries() {
    return entries;
  }

  public List<CampaignSummary> summaries() {
    return entries.stream().map(Entry::summary).toList();
  }

  /** The one JSON object of {@code --json}, for a run with what was asked of it. */
  public ObjectNode json(List<Threshold> thresholds) {
    ObjectNode document = json();
    Threshold.write(thresholds, document.putArray("thresholds"));
    return document;
  }

  /** The one JSON object of {@code --json}. */
  public ObjectNode json() {
    ObjectNode document = Json.object().put("schemaVersion", 1);
    document.put("resultsStore", store.toString());
    ArrayNode campaigns = document.putArray("campaigns");
    for (Entry entry : entries) {
      ObjectNode campaign = CampaignJson.campaign(entry.summary());
      ArrayNode trials = campaign.putArray("trials");
      NumberedTrial.of(entry.trials())
          .forEach(
              numbered ->
                  trials.add(
                      CampaignJson.trial(numbered.trial()).put("number", numbered.number())));
      campaigns.add(campaign);
    }
    return document;
  }
}
