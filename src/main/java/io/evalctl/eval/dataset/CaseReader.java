package io.evalctl.eval.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.evalctl.eval.dataset.source.Document;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.eval.dataset.source.NamedFiles;
import io.evalctl.eval.scorer.Scorer;
import io.evalctl.eval.scorer.ScorerReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the cases of a dataset. Not thread-safe. */
final class CaseReader {
  private static final int MOST_NAME = 200;

  private final Document document;
  private final NamedFiles files;
  private final ScorerReader scorers;
  private final InputReader inputs;
  private final boolean hasDatabase;
  private final List<Scorer> shared;
  private final Set<String> sharedLabels = new HashSet<>();
  private final Map<String, Integer> names = new HashMap<>();

  /**
   * @param dataset of which the scorers for every case are read at once
   */
  CaseReader(
      Document document, Fields dataset, NamedFiles files, TaskKind task, boolean hasDatabase) {
    this.document = document;
    this.files = files;
    this.scorers = new ScorerReader(files);
    this.inputs = new InputReader(task, files);
    this.hasDatabase = hasDatabase;
    this.shared = scorers.readAll(dataset, "scorers", sharedLabels);
  }

  EvalCase read(Fields fields) {
    fields.knows("name", "tags", "fixture", "input", "expected", "scorers", "database");
    int line = document.lines().of(fields.path());
    boolean database = usesDatabase(fields);
    Path fixture = files.file(fields, "fixture");
    if (fixture != null && !database) {
      fields.wrong("fixture", "needs a database, which the case has not", "give the dataset one");
    }
    InputReader.Input input = inputs.read(fields);
    JsonNode expected = fields.node("expected");
    EvalCase read =
        new EvalCase(
            name(fields, line),
            fields.anyTexts("tags"),
            fixture,
            input.input(),
            input.turns().isEmpty() ? null : input.turns().get(0),
            input.turns(),
            input.documents(),
            expected.isNull() ? MissingNode.getInstance() : expected,
            scorers(fields, !expected.isNull() && !expected.isMissingNode()),
            database,
            line);
    fields.refuseOthers();
    return read;
  }

  private String name(Fields fields, int line) {
    String name = fields.requiredText("name");
    if (name == null) {
      return "";
    }
    if (name.length() > MOST_NAME || name.codePoints().anyMatch(Character::isISOControl)) {
      fields.wrong("name", "must be one line of at most " + MOST_NAME + " characters", null);
    }
    Integer first = names.putIfAbsent(name, line);
    if (first != null) {
      fields.wrong(
          "name", "another case, on line " + first + ", is called '" + name + "' already", null);
    }
    return name;
  }

  private boolean usesDatabase(Fields fields) {
    boolean wanted = fields.flag("database", hasDatabase);
    if (wanted && !hasDatabase) {
      fields.wrong("database", "the dataset defines none", "give the dataset a 'database'");
    }
    return wanted;
  }

  private List<Scorer> scorers(Fields fields, boolean expects) {
    List<Scorer> all = new ArrayList<>(shared);
    all.addAll(scorers.readAll(fields, "scorers", new HashSet<>(sharedLabels)));
    if (all.isEmpty() && !fields.has("scorers")) {
      if (expects) {
        all.add(ScorerReader.exact());
      } else {
        fields.wrong("nothing scores the case", "give it 'scorers', or an 'expected' value");
      }
    }
    return all;
  }

  /** What its scorers, all of them read well, cannot do with this case. */
  void check(EvalCase read, Fields fields) {
    for (int i = 0; i < read.scorers().size(); i++) {
      Scorer scorer = read.scorers().get(i);
      int own = i - shared.size();
      String place =
          own < 0 || !fields.has("scorers")
              ? fields.path()
              : fields.path() + ".scorers[" + own + "]";
      if (scorer.needsDatabase() && !read.usesDatabase()) {
        fields.at(
            place,
            "scorer " + scorer.label() + " looks into a database, which the case has not",
            "give the dataset one");
      }
      scorer
          .misfit(read.expected())
          .ifPresent(why -> fields.at(place, "scorer " + scorer.label() + " " + why, null));
    }
  }
}
