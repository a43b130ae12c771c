package io.evalctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.campaign.CampaignFile;
import io.evalctl.campaign.CampaignPlan;
import io.evalctl.clock.Durations;
import io.evalctl.error.EvalctlException;
import io.evalctl.report.Thresholds;
import io.evalctl.results.Json;
import io.evalctl.results.RunReference;
import io.evalctl.subject.compose.ShippedSubjects;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evalctl campaign}. */
@Command(name = "campaign", sortOptions = false, abbreviateSynopsis = true)
final class CampaignCommand implements Callable<Integer> {
  private final CommandContext context;
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A campaign file in YAML; flags override its keys.")
  Path file;

  @Mixin PlanOptions planOptions;

  @Option(
      names = "--resume",
      paramLabel = "ID",
      description = "Run what is missing of this campaign (7 or campaign:7), with its own plan.")
  String resume;

  @Option(
      names = "--fail-under",
      paramLabel = "RATE",
      description = "Exit 3 when the success rate is below this (0.9 or 90%%).")
  String failUnder;

  @Option(
      names = "--max-ttr",
      paramLabel = "DURATION",
      description = "Exit 3 when the median time to recover is above this.")
  String maxTtr;

  @Option(
      names = "--junit-xml",
      paramLabel = "FILE",
      description = "Write the trials as JUnit XML.")
  Path junitXml;

  @Option(names = "--list-subjects", description = "List the subjects and exit.")
  boolean listSubjects;

  @Option(
      names = "--list-chaos",
      description = "List the chaos types with their parameters and exit.")
  boolean listChaos;

  @Option(
      names = "--schema",
      arity = "0..1",
      paramLabel = "campaign|subject",
      fallbackValue = "campaign",
      description = "Print the JSON Schema of campaign files, or of subject files, and exit.")
  String schema;

  @Mixin SharedOptions shared;

  CampaignCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    CampaignCatalog catalog = new CampaignCatalog(context.io(), shared.json);
    if (listSubjects) {
      return catalog.subjects();
    }
    if (listChaos) {
      return catalog.chaos();
    }
    if (schema != null) {
      return catalog.schema(schema);
    }
    CampaignWork work =
        new CampaignWork(
            context,
            shared,
            new Thresholds(
                failUnder == null ? null : Thresholds.rate(failUnder),
                maxTtr == null ? null : Durations.parse("--max-ttr", maxTtr)),
            junitXml == null ? null : resolve(junitXml));
    refusePlanWithResume();
    return resume == null ? work.start(plan()) : work.resume(RunReference.campaignId(resume));
  }

  private void refusePlanWithResume() {
    boolean planned =
        file != null
            || spec.commandLine().getParseResult().matchedOptions().stream()
                .map(SettingsDefaults::longName)
                .anyMatch(CampaignFile.KEYS::contains);
    if (resume != null && planned) {
      throw EvalctlException.usage(
          "--resume goes on with the stored plan and takes no other",
          "leave the file and the flags of the plan out");
    }
  }

  private CampaignPlan plan() {
    ObjectNode keys = file == null ? Json.object() : CampaignFile.load(resolve(file));
    ObjectNode merged =
        planOptions.over(keys, spec.commandLine().getParseResult(), CampaignFile.KEYS);
    // A later --resume may be given elsewhere.
    List<String> files = new ArrayList<>(List.of("operator-db", "subject-home"));
    if (ShippedSubjects.isFile(merged.path("subject").asText(""))) {
      files.add("subject");
    }
    for (String key : files) {
      if (merged.path(key).isTextual()) {
        merged.put(
            key,
            resolve(Path.of(merged.get(key).asText())).toAbsolutePath().normalize().toString());
      }
    }
    return CampaignFile.plan(merged);
  }

  private Path resolve(Path path) {
    return context.io().directory().resolve(path);
  }
}
