package io.evalctl.llm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which options a model refused, as its error says: in a field, or in prose alone ({@code
 * `temperature` is deprecated for this model.}). A value out of range is no refusal: it is the
 * asker's to mend. Stateless.
 */
final class RefusedOptions {

  /** By the name that {@link ChatOptions#without} knows. "Stop" is an everyday word. */
  private static final Map<String, Pattern> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("temperature", word("\\btemperature\\b"));
    NAMES.put("top_p", word("\\btop_?p\\b"));
    NAMES.put(
        "stop",
        word(
            "\\bstop_?sequences?\\b|[\"'`]stop[\"'`]"
                + "|\\b(?:parameter|argument|param|field)s?\\b.{0,40}\\bstop\\b|^stop$"));
    NAMES.put("seed", word("\\b(?:random_)?seed\\b"));
  }

  private static final Pattern REFUSED =
      word(
          "deprecated|unsupported|not supported|n[o']t support|not (?:be"
              + " )?(?:permitted|allowed|accepted|available|enabled)|cannot (?:both )?be"
              + " (?:specified|used|set|given)|no longer|extra inputs|unrecogni[sz]ed|unknown"
              + " (?:field|name|parameter|argument)|only (?:the default|\\S+ is"
              + " (?:allowed|supported))|may only be set|must be (?:unset|omitted)|removed|not"
              + " compatible|incompatible");

  private static final Pattern OUT_OF_RANGE =
      word(
          "must be|should be|less than|greater than|at most|at"
              + " least|between|range|maximum|minimum|above_max|below_min|too"
              + " (?:many|long|large|small|high|low)|expected|invalid type");

  private static final Pattern TOGETHER = word("\\bboth\\b|only one|together|mutually exclusive");

  private RefusedOptions() {}

  private static Pattern word(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /** Those that are set and that the model will do without; empty when it complains of others. */
  static List<String> of(LlmError error, ChatOptions options) {
    if (error.code() != LlmErrorCode.VALIDATION_ERROR) {
      return List.of();
    }
    String prose = error.details() == null ? error.message() : error.details();
    boolean refused = REFUSED.matcher(prose).find();
    List<String> blamed = new ArrayList<>();
    for (Map.Entry<String, Pattern> name : NAMES.entrySet()) {
      if (options.without(name.getKey()).equals(options)) {
        continue;
      }
      boolean named =
          error.parameter() == null
              ? refused && name.getValue().matcher(prose).find()
              : name.getValue().matcher(error.parameter()).find()
                  && (refused || !OUT_OF_RANGE.matcher(prose).find());
      if (named) {
        blamed.add(name.getKey());
      }
    }
    // Of two that exclude each other the first stays: temperature before top_p.
    return blamed.size() > 1 && TOGETHER.matcher(prose).find()
        ? blamed.subList(1, blamed.size())
        : blamed;
  }
}
