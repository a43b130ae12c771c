package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.clock.ManualTime;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.ModelPrice;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An engine on scripted models and a fake sandbox. */
final class RlmQueries {
  static final String SECRET = "sk-do-not-tell-0123456789";

  final ScriptedModel root = new ScriptedModel("mock:root");
  final ScriptedModel sub = new ScriptedModel("mock:sub");
  final FakeSandbox sandbox = new FakeSandbox();
  final ManualTime time = new ManualTime();
  final List<String> heard = new ArrayList<>();
  RlmLimits limits = RlmLimits.DEFAULT;
  Map<String, String> dollarsPerMillion = Map.of();
  RlmListener listener = RlmListener.NONE;

  RlmResult ask(String... documents) {
    return ask(RlmQuery.of("How many?", List.of(documents)), null);
  }

  RlmResult ask(RlmQuery query, Path trace) {
    return new RlmEngine(
            root,
            sub,
            sandbox,
            limits,
            listener,
            this::price,
            LlmSettings.of(Map.of("OPENAI_API_KEY", SECRET)).redactor(),
            time)
        .query(query, trace);
  }

  static JsonNode text(String text) {
    return JsonNodeFactory.instance.textNode(text);
  }

  private Optional<ModelPrice> price(ModelId id) {
    return Optional.ofNullable(dollarsPerMillion.get(id.model()))
        .map(BigDecimal::new)
        .map(price -> ModelPrice.given(price, price, "test"));
  }
}
