package io.evalctl.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.eval.scorer.Evidence;
import io.evalctl.eval.scorer.QueryAnswers;
import io.evalctl.eval.task.Spending;
import io.evalctl.eval.task.TaskResult;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.ModelId;
import io.evalctl.template.CloneLease;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.HashMap;
import java.util.Map;

/**
 * What a sample leaves to be judged.
 *
 * @param lease the case's database, or null
 * @param queries what has been, or had been, asked there
 * @param missingDatabase what to say when a scorer asks for a database that is not there
 * @param occasion under which judges are recorded
 * @param judging takes what judges cost
 */
record SampleEvidence(
    EvalCase evalCase,
    TaskResult result,
    Path directory,
    CloneLease lease,
    QueryAnswers queries,
    String missingDatabase,
    ChatModels models,
    String occasion,
    Spending judging,
    String modelName,
    Deadline deadline)
    implements Evidence {

  @Override
  public String text() {
    return result.text();
  }

  @Override
  public JsonNode output() {
    return result.output() == null ? NullNode.getInstance() : result.output();
  }

  @Override
  public JsonNode expected() {
    return evalCase.expected();
  }

  @Override
  public JsonNode input() {
    return evalCase.input();
  }

  @Override
  public boolean finished() {
    return result.limit() == null && !result.lost() && result.output() != null;
  }

  @Override
  public String caseName() {
    return evalCase.name();
  }

  @Override
  public Connection database() {
    if (lease == null) {
      throw new EvalctlException(ErrorCode.SCORER_FAILED, missingDatabase, null);
    }
    return lease.connect();
  }

  @Override
  public Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>();
    if (lease != null) {
      variables.putAll(lease.environment());
    }
    variables.put("EVALCTL_RUN_MODEL", modelName);
    variables.put("EVALCTL_RUN_CASE", evalCase.name());
    return variables;
  }

  @Override
  public ChatModel model(String name) {
    return new MeteredChatModel(models.model(ModelId.parse(name), occasion), judging);
  }
}
