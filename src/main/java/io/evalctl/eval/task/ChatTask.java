package io.evalctl.eval.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.evalctl.eval.dataset.CaseLimits;
import io.evalctl.llm.ChatMessage;
import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.PriceTable;
import io.evalctl.results.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the case's prompts one after the other; the last answer is the output. A limit is looked at
 * before each call, so the call that goes past it is the last. Stateless.
 */
public final class ChatTask implements Task {
  private final String system;

  /**
   * @param system what every conversation begins with, or null
   */
  public ChatTask(String system) {
    this.system = system;
  }

  @Override
  public TaskResult run(TaskContext context) {
    ModelPrice price = PriceTable.builtIn(context.model().id()).orElse(null);
    List<ChatMessage> history = new ArrayList<>();
    if (system != null && !system.isBlank()) {
      history.add(ChatMessage.system(system));
    }
    ObjectNode detail = Json.object();
    ArrayNode turns = detail.putArray("turns");
    ChatResponse last = null;
    for (String prompt : context.evalCase().turns()) {
      String limit = limit(context, turns.size());
      if (limit != null) {
        return TaskResult.limited(text(last), limit, detail);
      }
      history.add(ChatMessage.user(prompt));
      try {
        last =
            context
                .model()
                .complete(ChatRequest.of(history, ChatOptions.DEFAULT), context.deadline());
      } catch (LlmException e) {
        if (e.error().code() == LlmErrorCode.TIMEOUT && context.deadline().expired()) {
          return TaskResult.limited(text(last), "time", detail);
        }
        throw e;
      }
      context.spending().add(last, price);
      history.add(ChatMessage.assistant(last.content()));
      turns
          .addObject()
          .put("prompt", prompt)
          .put("answer", last.text())
          .put("finishReason", last.stopReason().label())
          .put("modelVersion", last.modelVersion())
          .put("attempts", last.attempts())
          .put("requestMs", last.latency().toMillis());
    }
    return TaskResult.finished(text(last), detail);
  }

  private static TextNode text(ChatResponse answer) {
    return answer == null ? null : TextNode.valueOf(answer.text());
  }

  /** The limit that forbids another call, or null. */
  private static String limit(TaskContext context, int answers) {
    CaseLimits limits = context.limits();
    Spending spent = context.spending();
    if (limits.messages() != null && answers >= limits.messages()) {
      return "messages";
    }
    if (limits.tokens() != null && spent.knownTokens() >= limits.tokens()) {
      return "tokens";
    }
    BigDecimal cost = spent.costUsd();
    if (limits.cost() != null && !spent.none() && reached(limits.cost(), cost)) {
      return "cost";
    }
    return context.deadline().expired() ? "time" : null;
  }

  /** A cost that is not known could be past any limit. */
  private static boolean reached(double limit, BigDecimal cost) {
    return cost == null || cost.signum() > 0 && cost.compareTo(BigDecimal.valueOf(limit)) >= 0;
  }
}
