package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.eval.dataset.source.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The answer holds texts: all of them, or any one. The value is the share that it holds where all
 * are wanted.
 *
 * @param wanted empty for what the case expects
 */
record IncludesScorer(String label, List<String> wanted, boolean all, boolean ignoreCase)
    implements Scorer {

  static Scorer read(String label, Fields fields) {
    fields.knows("value", "any", "all", "ignoreCase");
    List<String> given = Stream.of("value", "any", "all").filter(fields::has).toList();
    if (given.size() > 1) {
      fields.wrong("'" + String.join("' and '", given) + "' exclude each other", null);
    }
    List<String> wanted = new ArrayList<>();
    for (String name : given) {
      List<String> texts = texts(fields.node(name));
      boolean listed = name.equals("value") || fields.node(name).isArray();
      if (texts.isEmpty() || !listed) {
        String form = name.equals("value") ? "a text or a list of texts" : "a list of texts";
        fields.wrong(name, "must be " + form + ", none of them empty", null);
      }
      wanted.addAll(texts);
    }
    return new IncludesScorer(
        label, wanted, !given.contains("any"), fields.flag("ignoreCase", false));
  }

  /** A number may stand for its digits. Nothing where one of them is no such text. */
  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : node.isArray() ? node : List.of(node)) {
      if (item.isTextual() ? item.textValue().isEmpty() : !item.isNumber()) {
        return List.of();
      }
      texts.add(item.isTextual() ? item.textValue() : JsonValues.shown(item));
    }
    return texts;
  }

  @Override
  public Score score(Evidence evidence) {
    List<String> texts = wanted.isEmpty() ? texts(evidence.expected()) : wanted;
    String answer = cased(evidence.text());
    List<String> absent = texts.stream().filter(text -> !answer.contains(cased(text))).toList();
    int held = texts.size() - absent.size();
    if (all) {
      return new Score(
          texts.isEmpty() ? 0 : (double) held / texts.size(),
          absent.isEmpty() && !texts.isEmpty(),
          absent.isEmpty() ? "the answer holds all of it" : "the answer lacks " + quoted(absent));
    }
    return Score.of(
        held > 0,
        held > 0 ? "the answer holds " + held : "the answer holds none of " + quoted(absent));
  }

  private String cased(String text) {
    return ignoreCase ? text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT) : text;
  }

  private static String quoted(List<String> texts) {
    return "'" + JsonValues.shown(String.join("', '", texts)) + "'";
  }

  @Override
  public Optional<String> misfit(JsonNode expected) {
    if (!wanted.isEmpty()) {
      return Optional.empty();
    }
    if (JsonValues.absent(expected)) {
      return Optional.of(Expected.MISSING);
    }
    return texts(expected).isEmpty()
        ? Optional.of("looks for texts, and the case's 'expected' is none")
        : Optional.empty();
  }
}
