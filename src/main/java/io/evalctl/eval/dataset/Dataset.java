package io.evalctl.eval.dataset;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A dataset, read and checked: nothing in it is left to fail before a case runs.
 *
 * @param name its own, else that of its file
 * @param description or null
 * @param file absolute
 * @param directory that paths are relative to, absolute
 * @param sha256 over the file's bytes and, in order, the name, length and bytes of every file that
 *     it names (migrations, seed, fixtures, documents, schemas); with none, the file's own
 * @param database or null; then no case uses one, unless it comes from elsewhere
 * @param limits for every case
 * @param system prompt, or null
 * @param exec the program of task {@code exec}, else empty
 * @param models to run it with when none is given; as spelled; {@link #NO_MODEL} for a program when
 *     the file names none either
 */
public record Dataset(
    String name,
    String description,
    Path file,
    Path directory,
    String sha256,
    DatabaseDefinition database,
    TaskKind task,
    CaseLimits limits,
    String system,
    List<String> exec,
    List<String> models,
    List<EvalCase> cases) {
  /** In the place of a model for programs that need none. */
  public static final String NO_MODEL = "none";

  public Dataset {
    exec = List.copyOf(exec);
    models = List.copyOf(models);
    cases = List.copyOf(cases);
  }

  /** Every model that a scorer asks, as spelled. */
  public Set<String> judges() {
    Set<String> judges = new LinkedHashSet<>();
    cases.forEach(each -> each.scorers().forEach(scorer -> judges.addAll(scorer.models())));
    return judges;
  }
}
