package io.evalctl.eval;

import io.evalctl.clock.Deadline;
import io.evalctl.eval.task.Spending;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.PriceTable;

/** Adds up what a model costs. Used by one thread. */
record MeteredChatModel(ChatModel model, Spending spending) implements ChatModel {

  @Override
  public ModelId id() {
    return model.id();
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    ChatResponse answer = model.complete(request, deadline);
    spending.add(answer, PriceTable.builtIn(id()).orElse(null));
    return answer;
  }
}
