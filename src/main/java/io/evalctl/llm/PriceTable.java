package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * List prices of models, from the resource {@code prices.json}, where each has its source and date.
 * Immutable and thread-safe.
 */
public final class PriceTable {
  private static final String RESOURCE = "prices.json";

  /** A dated snapshot costs what its model costs, unless it has an entry of its own. */
  private static final Pattern SNAPSHOT = Pattern.compile("-(\\d{4}-\\d{2}-\\d{2}|\\d{8})$");

  private final Map<String, ModelPrice> prices;

  private PriceTable(Map<String, ModelPrice> prices) {
    this.prices = Map.copyOf(prices);
  }

  /** The price that came with this version of evalctl; empty when it has none. */
  public static Optional<ModelPrice> builtIn(ModelId id) {
    return Provider.hosted().contains(id.provider()) ? BuiltIn.TABLE.price(id) : Optional.empty();
  }

  /** The price of a model; empty when it is unknown. */
  Optional<ModelPrice> price(ModelId id) {
    ModelPrice exact = prices.get(id.toString());
    return exact != null
        ? Optional.of(exact)
        : Optional.ofNullable(prices.get(SNAPSHOT.matcher(id.toString()).replaceFirst("")));
  }

  static PriceTable read(InputStream in) throws IOException {
    Map<String, ModelPrice> prices = new HashMap<>();
    for (JsonNode entry : Json.read(in.readAllBytes()).path("models")) {
      String id = entry.path("model").asText();
      String source = entry.path("source").asText();
      LocalDate date = LocalDate.parse(entry.path("date").asText());
      JsonNode tier = entry.path("longPrompt");
      ModelPrice.LongPrompt longPrompt =
          tier.isObject()
              ? new ModelPrice.LongPrompt(
                  tier.path("aboveInputTokens").longValue(), price(tier, null, source, date))
              : null;
      if (prices.put(id, price(entry, longPrompt, source, date)) != null) {
        throw new IOException("two prices for " + id);
      }
    }
    return new PriceTable(prices);
  }

  private static ModelPrice price(
      JsonNode node, ModelPrice.LongPrompt longPrompt, String source, LocalDate date) {
    return new ModelPrice(
        rate(node, "inputPerMillion"),
        rate(node, "cachedInputPerMillion"),
        rate(node, "cacheWritePerMillion"),
        rate(node, "outputPerMillion"),
        longPrompt,
        source,
        date);
  }

  private static BigDecimal rate(JsonNode node, String field) {
    return node.path(field).isNumber() ? node.path(field).decimalValue() : null;
  }

  private static final class BuiltIn {
    static final PriceTable TABLE = load();

    private static PriceTable load() {
      try (InputStream in = PriceTable.class.getResourceAsStream(RESOURCE)) {
        return read(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
