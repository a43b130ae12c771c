package io.evalctl.rlm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.TokenCount;
import io.evalctl.llm.Usage;
import io.evalctl.text.Json;
import java.math.BigDecimal;

/** What calls to either model have in common. Stateless. */
final class Calls {
  private Calls() {}

  /** The call's own timeout, or what is left to the query. */
  static Deadline deadline(Deadline query, RlmLimits limits) {
    return query.remaining().compareTo(limits.callTimeout()) < 0
        ? query
        : Deadline.in(limits.callTimeout(), query.time());
  }

  /**
   * The answer's text. A model that only calls tools, of which it was given none, has not answered.
   *
   * @throws LlmException INVALID_RESPONSE
   */
  static String text(ChatResponse response) {
    if (response.text().isBlank()) {
      throw new LlmException(
          LlmError.of(
              LlmErrorCode.INVALID_RESPONSE,
              "the answer holds no text (finish reason " + response.stopReason().label() + ")",
              null),
          null);
    }
    return response.text();
  }

  static ObjectNode facts(ChatResponse response, BigDecimal cost) {
    ObjectNode facts =
        Json.object()
            .put("stopReason", response.stopReason().label())
            .put("modelVersion", response.modelVersion())
            .put("attempts", response.attempts())
            .put("latencyMs", response.latency().toMillis())
            .put("costUsd", cost);
    facts.set("usage", usage(response.usage()));
    return facts;
  }

  static ObjectNode usage(Usage usage) {
    ObjectNode node = Json.object();
    put(node, "input", usage.input());
    put(node, "cachedInput", usage.cachedInput());
    put(node, "cacheWrite", usage.cacheWrite());
    put(node, "output", usage.output());
    put(node, "reasoning", usage.reasoning());
    return node;
  }

  private static void put(ObjectNode node, String name, TokenCount count) {
    if (count == null) {
      node.putNull(name);
    } else {
      node.putObject(name).put("tokens", count.tokens()).put("origin", count.origin().label());
    }
  }
}
