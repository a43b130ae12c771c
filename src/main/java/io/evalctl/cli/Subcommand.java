package io.evalctl.cli;

import java.util.function.Function;

/**
 * Every subcommand by name. Only the one that is invoked is built; for the others the name and a
 * line of help are enough.
 */
enum Subcommand {
  CAMPAIGN(
      "campaign", "run trials: break a real system, measure the operator", CampaignCommand::new),
  EVAL("eval", "run a dataset, each case on a database of its own", EvalCommand::new),
  PROBE("probe", "hold one conversation with a model, or a file of them", ProbeCommand::new),
  RESULTS("results", "look into the results store", ResultsCommand::new),
  TEMPLATE("template", "look after template databases: list, clean", TemplateCommand::new),
  HEAL("heal", "undo every fault that the journal says is still in place", HealCommand::new),
  OPERATOR("operator", "tools for operators: init-db, runbook", OperatorCommand::new),
  DOCTOR("doctor", "tell what this machine offers", DoctorCommand::new);

  private final String label;
  private final String summary;
  private final Function<CommandContext, Object> factory;

  Subcommand(String label, String summary, Function<CommandContext, Object> factory) {
    this.label = label;
    this.summary = summary;
    this.factory = factory;
  }

  String label() {
    return label;
  }

  String summary() {
    return summary;
  }

  Object create(CommandContext context) {
    return factory.apply(context);
  }
}
