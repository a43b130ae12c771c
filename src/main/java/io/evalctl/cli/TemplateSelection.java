package io.evalctl.cli;

import io.evalctl.clock.Durations;
import io.evalctl.template.Leftover;
import io.evalctl.template.OrphanSweep;
import io.evalctl.template.ServerChoice;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code evalctl template}. */
final class TemplateSelection {
  private TemplateSelection() {}

  /** Where to look. */
  static final class Server {
    @Option(
        names = "--pg",
        paramLabel = "env|URL",
        description = "A server (default: the embedded servers of this machine).")
    String pg;

    OrphanSweep sweep(CommandContext context) {
      return OrphanSweep.on(
          ServerChoice.parse(pg, context.io().environment()),
          context.paths().state(),
          context.paths().cache(),
          context.time());
    }
  }

  /** What to drop. */
  static final class Choice {
    @Option(
        names = "--older-than",
        paramLabel = "DURATION",
        description = "Only what is older: 90m, 24h.")
    String olderThan;

    @Option(names = "--all", description = "Templates that a session uses, too.")
    boolean all;

    @Option(names = "--force", description = "Do not ask.")
    boolean force;

    /** Refuses what cannot be read before anything is looked at. */
    void check() {
      if (olderThan != null) {
        Durations.parse("--older-than", olderThan);
      }
    }

    List<Leftover> among(List<Leftover> found, Instant now) {
      Instant then =
          olderThan == null ? null : now.minus(Durations.parse("--older-than", olderThan));
      return found.stream()
          .filter(leftover -> leftover.droppable(all))
          .filter(leftover -> then == null || leftover.olderThan(then))
          .toList();
    }
  }
}
