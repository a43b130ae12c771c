package io.evalctl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.Json;
import io.evalctl.session.Session;
import io.evalctl.session.SubjectHost;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code evalctl heal}. */
@Command(name = "heal", sortOptions = false, abbreviateSynopsis = true)
final class HealCommand implements Callable<Integer> {
  private final CommandContext context;
  @Mixin SharedOptions shared;

  HealCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Session session = Session.withResults(shared.resultsStore(context))) {
      SubjectHost host = new SubjectHost(context.paths(), session.results(), context.time());
      List<String> actions = shared.dryRun ? host.deadRuns() : host.clearDeadRuns();
      if (shared.json) {
        ObjectNode document = Json.object().put("schemaVersion", 1).put("dryRun", shared.dryRun);
        ArrayNode list = document.putArray("actions");
        actions.forEach(list::add);
        context.io().out().println(document);
      } else if (actions.isEmpty()) {
        context.io().out().println("nothing to heal: no fault and no dead run is left");
      } else {
        actions.forEach(
            action -> context.io().out().println((shared.dryRun ? "would: " : "") + action));
      }
      return 0;
    }
  }
}
