package io.evalctl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.sandbox.SandboxReaper;
import io.evalctl.session.EvalRegistry;
import io.evalctl.session.Session;
import io.evalctl.session.SubjectHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evalctl heal}. */
@Command(name = "heal", sortOptions = false, abbreviateSynopsis = true)
final class HealCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--claim",
      hidden = true,
      description = "Undo the fault of this one claim, as the process does that waits for it.")
  Path claim;

  @Mixin SharedOptions shared;

  HealCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (claim != null) {
      SubjectHost.undoClaim(claim, context.io().environment(), context.time());
      return 0;
    }
    try (Interruption interruption = Interruption.install(context, Interruption.Words.HEAL)) {
      try {
        int code = heal();
        return interruption.exitCode().orElse(code);
      } catch (RuntimeException e) {
        throw interruption.explain(e);
      }
    }
  }

  private int heal() {
    Path store = shared.resultsStore(context);
    if (shared.dryRun && !Files.exists(store)) {
      return heal(null);
    }
    try (Session session = shared.dryRun ? Session.reading(store) : Session.withResults(store)) {
      return heal(session.results());
    }
  }

  /**
   * @param store or null where there is none
   */
  private int heal(ResultsStore store) {
    SubjectHost host =
        new SubjectHost(context.paths(), store, context.io().environment(), context.time());
    EvalRegistry evals = new EvalRegistry(context.paths(), context.time());
    SandboxReaper sandboxes = new SandboxReaper(context.io().environment(), context.time());
    List<String> actions = new ArrayList<>();
    actions.addAll(shared.dryRun ? host.deadRuns() : host.clearDeadRuns());
    actions.addAll(host.clearUnrecorded(shared.dryRun));
    actions.addAll(shared.dryRun ? evals.dead() : evals.clearDead());
    actions.addAll(shared.dryRun ? sandboxes.describe() : sandboxes.reap());
    if (shared.json) {
      ObjectNode document = Json.object().put("schemaVersion", 1).put("dryRun", shared.dryRun);
      ArrayNode list = document.putArray("actions");
      actions.forEach(list::add);
      ArrayNode unseen = document.putArray("notLookedAt");
      sandboxes.notLookedAt().ifPresent(unseen::add);
      context.io().out().println(document);
    } else if (actions.isEmpty() && host.failures().isEmpty()) {
      context.io().out().println("nothing to heal: no fault and no dead run is found");
    } else {
      actions.forEach(
          action -> context.io().out().println((shared.dryRun ? "would: " : "") + action));
    }
    if (!shared.quiet) {
      sandboxes.notLookedAt().ifPresent(note -> context.io().err().println("note: " + note));
    }
    if (!host.failures().isEmpty()) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_UNDONE,
          String.join("; ", host.failures()),
          "mend what is said there, then run evalctl heal again");
    }
    return 0;
  }
}
