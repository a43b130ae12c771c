package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * How a session uses its templates.
 *
 * @param keepTemplate whether templates, and an embedded server's data directory, outlive it
 * @param clones how many clones are kept ready ahead; 0 for none
 * @param cloneStrategy {@code wal_log} or {@code file_copy}, or null for the server's own choice
 * @param runId names the run in clones and comments; it need not be unique
 * @param state where evalctl notes what it is about to create
 * @param cache where the embedded server's files are
 */
public record TemplateOptions(
    boolean keepTemplate, int clones, String cloneStrategy, String runId, Path state, Path cache) {
  private static final Set<String> STRATEGIES = Set.of("wal_log", "file_copy");
  private static final int MOST_CLONES = 64;

  /**
   * @throws EvalctlException USAGE
   */
  public TemplateOptions {
    if (clones < 0 || clones > MOST_CLONES) {
      throw EvalctlException.usage(
          "--clones must be from 0 to " + MOST_CLONES + ", not " + clones, null);
    }
    if (cloneStrategy != null) {
      cloneStrategy = cloneStrategy.toLowerCase(Locale.ROOT).replace('-', '_');
      if (!STRATEGIES.contains(cloneStrategy)) {
        throw EvalctlException.usage(
            "there is no clone strategy '" + cloneStrategy + "'", "strategies: wal_log, file_copy");
      }
    }
  }
}
