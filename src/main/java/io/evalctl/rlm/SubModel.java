package io.evalctl.rlm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.ChatMessage;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmException;
import io.evalctl.text.Json;
import java.math.BigDecimal;
import java.util.List;

/** The sub-model within the limits of a query, with every call on the trace. Thread-safe. */
final class SubModel {
  private final ChatModel model;
  private final RlmLimits limits;
  private final Deadline deadline;
  private final Allowance allowance;
  private final RlmListener listener;
  private final Trace trace;

  SubModel(
      ChatModel model,
      RlmLimits limits,
      Deadline deadline,
      Allowance allowance,
      RlmListener listener,
      Trace trace) {
    this.model = model;
    this.limits = limits;
    this.deadline = deadline;
    this.allowance = allowance;
    this.listener = listener;
    this.trace = trace;
  }

  /**
   * Takes a call.
   *
   * @return its number, from 1
   * @throws EvalctlException LIMIT_REACHED
   */
  int claim(SubCalls.Ask ask) {
    int call = allowance.claimSubCall();
    listener.step(RlmListener.Step.SUB_CALL);
    ObjectNode line = Json.object().put("call", call).put("model", model.id().toString());
    line.set("instruction", trace.excerpt(ask.instruction()));
    line.set("content", ask.content() == null ? null : trace.excerpt(ask.content()));
    trace.write("subcall_request", line);
    return call;
  }

  /**
   * Makes it.
   *
   * @throws EvalctlException MODEL_FAILED, LIMIT_REACHED, INTERRUPTED
   */
  String ask(int call, SubCalls.Ask ask) {
    try {
      allowance.requireRoom();
      if (deadline.expired()) {
        throw new EvalctlException(
            ErrorCode.LIMIT_REACHED, "the query's time is over", "give the final answer");
      }
      ChatRequest request =
          ChatRequest.of(
              List.of(ChatMessage.system(Prompts.sub()), ChatMessage.user(ask.prompt())),
              ChatOptions.DEFAULT);
      ChatResponse response = model.complete(request, Calls.deadline(deadline, limits));
      BigDecimal cost = allowance.add(RlmListener.Caller.SUB_CALL, model.id(), response);
      String text = Calls.text(response);
      ObjectNode line = Json.object().put("call", call);
      line.set("response", trace.excerpt(text));
      line.setAll(Calls.facts(response, cost));
      trace.write("subcall_response", line);
      return text;
    } catch (LlmException e) {
      EvalctlException failure =
          new EvalctlException(
              ErrorCode.MODEL_FAILED, "the sub-call failed: " + e.getMessage(), null, e);
      fail(call, failure);
      throw failure;
    } catch (EvalctlException e) {
      fail(call, e);
      throw e;
    }
  }

  private void fail(int call, EvalctlException e) {
    trace.write(
        "subcall_response",
        Json.object().put("call", call).put("code", e.code().name()).put("error", e.getMessage()));
  }
}
