package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;
import io.evalctl.llm.ChatModel;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;

/** What a task left behind, for scorers to look at. */
public interface Evidence {

  /** The answer as text, never null; a structured one as JSON, none as an empty text. */
  String text();

  /**
   * The answer as JSON, never null: a text node for plain text, a missing or null node for none.
   */
  JsonNode output();

  /** What the case expects; a missing node when it says nothing. */
  JsonNode expected();

  /** The case's input as the dataset has it. */
  JsonNode input();

  /** Whether the task came to its own end, rather than to a limit. */
  boolean finished();

  String caseName();

  /** In which programs work: the dataset's directory. */
  Path directory();

  /**
   * A new connection to the case's database as the task left it. The caller closes it.
   *
   * @throws io.evalctl.error.EvalctlException when the case has none, or it cannot be reached
   */
  Connection database();

  /** What queries on the case's database gave, or where that is gone, had given. */
  default QueryAnswers queries() {
    return QueryAnswers.fresh();
  }

  /** For programs: where the case's database is, and which case it is. */
  Map<String, String> environment();

  /**
   * A model to ask.
   *
   * @param name as the dataset spells it
   */
  ChatModel model(String name);

  /** By when all scoring of this sample must be done. */
  Deadline deadline();
}
