package io.evalctl.eval.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.eval.scorer.Scorer;
import java.nio.file.Path;
import java.util.List;

/**
 * One case of a dataset. Paths are absolute.
 *
 * @param name unique in its dataset, one line
 * @param fixture SQL for the case's database, or null
 * @param input as written; null in JSON where an {@code exec} case has none
 * @param prompt the question, or the first turn; null for task {@code exec}
 * @param turns every user message in order: the prompt alone, or several; empty for {@code exec}
 * @param documents for task {@code rlm}
 * @param expected as written; a missing node when the case says nothing (or null)
 * @param scorers the dataset's, then its own; labels are unique; at least one
 * @param usesDatabase whether it gets a clone of the dataset's database
 * @param line of the dataset file on which it begins
 */
public record EvalCase(
    String name,
    List<String> tags,
    Path fixture,
    JsonNode input,
    String prompt,
    List<String> turns,
    List<Path> documents,
    JsonNode expected,
    List<Scorer> scorers,
    boolean usesDatabase,
    int line) {

  public EvalCase {
    tags = List.copyOf(tags);
    turns = List.copyOf(turns);
    documents = List.copyOf(documents);
    scorers = List.copyOf(scorers);
  }
}
