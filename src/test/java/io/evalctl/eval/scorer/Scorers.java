package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.evalctl.eval.dataset.source.Document;
import io.evalctl.eval.dataset.source.DocumentReader;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.eval.dataset.source.NamedFiles;
import io.evalctl.eval.dataset.source.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;

/** Makes scorers of YAML as a dataset would. */
final class Scorers {
  private Scorers() {}

  /** The one scorer of a flow mapping such as {@code {type: exact}}. */
  static Scorer of(String yaml) {
    Path file = Path.of("scorers.yaml");
    Document document =
        DocumentReader.parse(file, ("scorers: [" + yaml + "]").getBytes(StandardCharsets.UTF_8));
    Problems problems = new Problems(file);
    Fields fields = new Fields(document.root(), "", document.lines(), problems);
    NamedFiles files = new NamedFiles(Path.of("").toAbsolutePath(), false);
    var read = new ScorerReader(files).readAll(fields, "scorers", new HashSet<>());
    problems.throwIfAny();
    return read.get(0);
  }

  /** What a scorer says of an answer in text. */
  static Score score(String yaml, String answer) {
    return of(yaml).score(SampleEvidence.ofText(answer, MissingNode.getInstance()));
  }
}
