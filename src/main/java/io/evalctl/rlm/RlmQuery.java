package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A question about documents. Neither documents nor variables are ever in a prompt; the code in the
 * sandbox finds them.
 *
 * @param documents what the code finds as {@code context}, a list of strings
 * @param variables what else it finds, by name
 * @param database what {@code sql} works on, or null: then there is no {@code sql}
 * @param extraSystem added to the system prompt, or null
 */
public record RlmQuery(
    String question,
    List<String> documents,
    Map<String, JsonNode> variables,
    Database database,
    String extraSystem) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> TAKEN =
      Set.of(
          "context",
          "answer",
          "sql",
          "llm_query",
          "llm_query_batched",
          "FINAL",
          "FINAL_VAR",
          "SHOW_VARS");

  /**
   * @throws EvalctlException INVALID_INPUT when the question is blank or a variable cannot have its
   *     name
   */
  public RlmQuery {
    documents = List.copyOf(documents);
    variables = Map.copyOf(variables);
    if (question == null || question.isBlank()) {
      throw new EvalctlException(ErrorCode.INVALID_INPUT, "the question is blank", null);
    }
    for (String name : variables.keySet()) {
      if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
        throw new EvalctlException(
            ErrorCode.INVALID_INPUT,
            "a variable for the sandbox cannot be named '" + name + "'",
            "take letters, digits and underscores, and none of " + String.join(", ", names()));
      }
    }
  }

  /** A question about documents and nothing else. */
  public static RlmQuery of(String question, List<String> documents) {
    return new RlmQuery(question, documents, Map.of(), null, null);
  }

  private static List<String> names() {
    return TAKEN.stream().sorted().toList();
  }
}
