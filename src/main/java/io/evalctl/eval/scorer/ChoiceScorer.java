package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.evalctl.eval.dataset.source.Fields;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The answer picks one of several choices. What follows the last "answer:" or "answer is" counts;
 * without it, the answer must name one choice only. Choices are whole words; one of a single letter
 * is told from others by its case as well, since "a" is a word too.
 *
 * @param value the right choice; a missing node for what the case expects
 */
record ChoiceScorer(String label, List<String> choices, JsonNode value) implements Scorer {

  static Scorer read(String label, Fields fields) {
    fields.knows("choices", "value");
    fields.require("choices");
    List<String> choices = fields.texts("choices").stream().map(String::strip).toList();
    Set<String> folded =
        choices.stream().map(text -> text.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    if (fields.has("choices") && (choices.size() < 2 || folded.size() < choices.size())) {
      fields.wrong("choices", "must be two or more that differ", null);
    }
    String value = fields.text("value");
    ChoiceScorer scorer =
        new ChoiceScorer(
            label, choices, value == null ? fields.node("value") : TextNode.valueOf(value));
    if (value != null && !choices.isEmpty()) {
      scorer.unknown(value).ifPresent(text -> fields.wrong("value", text, null));
    }
    return scorer;
  }

  @Override
  public Score score(Evidence evidence) {
    String wanted = canonical(Expected.of(value, evidence).asText()).orElseThrow();
    Set<String> picked = picked(evidence.text());
    if (picked.size() != 1) {
      return Score.fail(
          picked.isEmpty()
              ? "the answer names no choice"
              : "the answer names several choices: " + String.join(", ", picked));
    }
    String only = picked.iterator().next();
    return Score.of(only.equals(wanted), "the answer picks " + only + ", expected " + wanted);
  }

  private Set<String> picked(String answer) {
    String words =
        choices.stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(ChoiceScorer::pattern)
            .collect(Collectors.joining("|"));
    String word = "(?<![\\p{L}\\p{N}_])(" + words + ")(?![\\p{L}\\p{N}_])";
    Matcher marked =
        Pattern.compile("(?iu:answer(?:\\s+is)?\\s{0,9}:?)[\\s*_(\\[\"'`]{0,9}" + word)
            .matcher(answer);
    Set<String> last = new LinkedHashSet<>();
    while (marked.find()) {
      last.clear();
      canonical(marked.group(1)).ifPresent(last::add);
    }
    if (!last.isEmpty()) {
      return last;
    }
    Set<String> all = new LinkedHashSet<>();
    Matcher anywhere = Pattern.compile(word).matcher(answer);
    while (anywhere.find()) {
      canonical(anywhere.group(1)).ifPresent(all::add);
    }
    return all;
  }

  private static String pattern(String choice) {
    return choice.length() == 1 ? Pattern.quote(choice) : "(?iu:" + Pattern.quote(choice) + ")";
  }

  /** The choice as the dataset spells it. */
  private Optional<String> canonical(String text) {
    return choices.stream().filter(choice -> choice.equalsIgnoreCase(text.strip())).findFirst();
  }

  private Optional<String> unknown(String text) {
    return canonical(text).isPresent()
        ? Optional.empty()
        : Optional.of("'" + text + "' is none of the choices " + String.join(", ", choices));
  }

  @Override
  public Optional<String> misfit(JsonNode expected) {
    if (!value.isMissingNode() || choices.isEmpty()) {
      return Optional.empty();
    }
    return JsonValues.absent(expected) ? Optional.of(Expected.MISSING) : unknown(expected.asText());
  }
}
