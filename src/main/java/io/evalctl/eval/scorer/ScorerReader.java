package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.evalctl.error.Suggestion;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.eval.dataset.source.NamedFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes scorers of what a dataset says, and writes down what is wrong with them. One that is wrong
 * must not be used. Not thread-safe.
 */
public final class ScorerReader {
  private final NamedFiles files;

  public ScorerReader(NamedFiles files) {
    this.files = files;
  }

  /** The scorer of a case that expects a value and names no scorer: {@code exact}. */
  public static Scorer exact() {
    return new ExactScorer(ScorerType.EXACT.label(), MissingNode.getInstance());
  }

  /**
   * The scorers that a field lists.
   *
   * @param taken labels that others of the same case have; those of the new ones are added
   */
  public List<Scorer> readAll(Fields fields, String name, Set<String> taken) {
    List<Scorer> scorers = new ArrayList<>();
    for (Fields item : fields.objects(name)) {
      read(item, taken).ifPresent(scorers::add);
    }
    return scorers;
  }

  private Optional<Scorer> read(Fields fields, Set<String> taken) {
    String name = fields.requiredText("type");
    if (name == null) {
      return Optional.empty();
    }
    Optional<ScorerType> type = ScorerType.find(name);
    if (type.isEmpty()) {
      fields.wrong(
          "type", "unknown scorer '" + name + "'", Suggestion.among(name, ScorerType.labels()));
      return Optional.empty();
    }
    fields.knows("type", "name");
    Scorer scorer = read(type.get(), label(fields, name, taken), fields);
    fields.refuseOthers();
    return Optional.of(scorer);
  }

  /** Its own name, else its type, with a number from the second on. */
  private static String label(Fields fields, String type, Set<String> taken) {
    String own = fields.text("name");
    if (own != null) {
      if (!taken.add(own)) {
        fields.wrong("name", "another scorer of the case is called '" + own + "' already", null);
      }
      return own;
    }
    String label = type;
    for (int i = 2; !taken.add(label); i++) {
      label = type + "#" + i;
    }
    return label;
  }

  private Scorer read(ScorerType type, String label, Fields fields) {
    return switch (type) {
      case EXACT -> ExactScorer.read(label, fields);
      case INCLUDES -> IncludesScorer.read(label, fields);
      case REGEX -> RegexScorer.read(label, fields);
      case NUMERIC -> NumericScorer.read(label, fields);
      case CHOICE -> ChoiceScorer.read(label, fields);
      case JSON -> JsonScorer.read(label, fields);
      case JSON_SCHEMA -> JsonSchemaScorer.read(label, fields, files);
      case SQL -> SqlScorer.read(label, fields);
      case EXEC -> ExecScorer.read(label, fields);
      case JUDGE -> JudgeScorer.read(label, fields);
      case FINISHED -> FinishedScorer.read(label, fields);
      case ALL -> composite(label, CompositeScorer.Mode.ALL, fields);
      case ANY -> composite(label, CompositeScorer.Mode.ANY, fields);
      case NOT -> not(label, fields);
    };
  }

  private Scorer composite(String label, CompositeScorer.Mode mode, Fields fields) {
    fields.knows("of");
    fields.require("of");
    return new CompositeScorer(label, mode, readAll(fields, "of", new HashSet<>()));
  }

  private Scorer not(String label, Fields fields) {
    fields.knows("of");
    fields.require("of");
    Fields part = fields.object("of");
    List<Scorer> parts = part == null ? List.of() : read(part, new HashSet<>()).stream().toList();
    return new CompositeScorer(label, CompositeScorer.Mode.NOT, parts);
  }
}
