package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.text.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class PriceTest {
  private static final String TABLE =
      """
      {'models':[
        {'model':'openai:gpt-4o','inputPerMillion':2.5,'cachedInputPerMillion':1.25,'outputPerMillion':10,
         'source':'https://example/prices','date':'2026-11-20'},
        {'model':'openai:gpt-4o-2024-05-13','inputPerMillion':5,'outputPerMillion':15,
         'source':'https://example/prices','date':'2026-11-20'},
        {'model':'anthropic:claude-x','inputPerMillion':3,'cachedInputPerMillion':0.3,'cacheWritePerMillion':3.75,
         'outputPerMillion':15,'source':'s','date':'2026-11-20',
         'longPrompt':{'aboveInputTokens':200000,'inputPerMillion':6,'cachedInputPerMillion':0.6,
           'cacheWritePerMillion':7.5,'outputPerMillion':22.5}}]}
      """;

  private final PriceTable table = table(TABLE);

  @Test
  void pricesEachPartAtItsRate() {
    ModelPrice price = price("openai:gpt-4o");
    assertThat(price.of(Usage.reported(1_000_000L, null, null, 0L, null)))
        .isEqualByComparingTo("2.5");
    // 900 * 2.5 + 100 * 1.25 + 50 * 10 millionths; reasoning is part of the output.
    assertThat(price.of(Usage.reported(1000L, 100L, null, 50L, 40L)))
        .isEqualByComparingTo("0.002875");
    assertThat(price.source()).isEqualTo("https://example/prices");
    assertThat(price.date()).isEqualTo(LocalDate.of(2026, 11, 20));
  }

  @Test
  void pricesCacheWritesAndLongPrompts() {
    ModelPrice price = price("anthropic:claude-x");
    // 10 * 3 + 3000 * 0.3 + 200 * 3.75 + 50 * 15
    assertThat(price.of(Usage.reported(3210L, 3000L, 200L, 50L, null)))
        .isEqualByComparingTo("0.00243");
    assertThat(price.of(Usage.reported(200_000L, null, null, 1L, null)))
        .isEqualByComparingTo("0.600015");
    assertThat(price.of(Usage.reported(200_001L, null, null, 1L, null)))
        .isEqualByComparingTo("1.2000285");
  }

  @Test
  void anUnknownRateThatIsNeededMakesTheCostUnknown() {
    ModelPrice price = price("openai:gpt-4o-2024-05-13");
    assertThat(price.of(Usage.reported(10L, 5L, null, 1L, null))).isNull();
    assertThat(price.of(Usage.reported(10L, 0L, null, 1L, null))).isEqualByComparingTo("0.000065");
    assertThat(price.of(Usage.NONE)).isNull();
  }

  @Test
  void aSnapshotCostsWhatItsModelCostsUnlessItHasItsOwnPrice() {
    assertThat(price("openai:gpt-4o-2024-08-06").output()).isEqualByComparingTo("10");
    assertThat(price("openai:gpt-4o-2024-05-13").output()).isEqualByComparingTo("15");
    assertThat(price("anthropic:claude-x-20250929").output()).isEqualByComparingTo("15");
    assertThat(table.price(ModelId.parse("openai:gpt-4o-mini"))).isEmpty();
    assertThat(table.price(ModelId.parse("openai-compatible:gpt-4o"))).isEmpty();
    assertThat(table.price(ModelId.parse("mock:2024-08-06"))).isEmpty();
  }

  @Test
  void aGivenPriceChargesCachedInputInFull() {
    ModelPrice price = ModelPrice.given(new BigDecimal("2.5"), BigDecimal.TEN, "given");
    assertThat(price.of(Usage.reported(1000L, 400L, null, 100L, null)))
        .isEqualByComparingTo("0.0035");
  }

  @Test
  void theBuiltInTableIsWhole() {
    assertThat(PriceTable.builtIn(ModelId.parse("openai:gpt-4o")))
        .hasValueSatisfying(
            price -> {
              assertThat(price.source()).startsWith("https://");
              assertThat(price.date()).isNotNull();
              assertThat(price.input()).isPositive();
              assertThat(price.output()).isPositive();
            });
  }

  @ParameterizedTest
  @CsvFileSource(resources = "second-prices.csv", numLinesToSkip = 1)
  void everyRowHoldsAgainstASecondList(
      String model,
      long above,
      BigDecimal input,
      BigDecimal cached,
      BigDecimal write,
      BigDecimal output,
      String verdict) {
    ModelPrice price = PriceTable.builtIn(ModelId.parse(model)).orElseThrow();
    long tokens = above + 1_000;
    List<BigDecimal> found = new ArrayList<>();
    found.add(price.of(Usage.reported(tokens, 0L, 0L, 0L, null)));
    found.add(price.of(Usage.reported(tokens, tokens, 0L, 0L, null)));
    found.add(price.of(Usage.reported(tokens, 0L, tokens, 0L, null)));
    BigDecimal both = price.of(Usage.reported(tokens, 0L, 0L, tokens, null));
    found.add(both == null ? null : both.subtract(found.get(0)));
    List<BigDecimal> rates = Arrays.asList(input, cached, write, output);
    for (int i = 0; i < rates.size(); i++) {
      BigDecimal rate = verdict.equals("disputed") ? null : rates.get(i);
      if (rate == null) {
        assertThat(found.get(i)).isNull();
      } else {
        assertThat(found.get(i))
            .isEqualByComparingTo(rate.multiply(BigDecimal.valueOf(tokens)).movePointLeft(6));
      }
    }
  }

  @Test
  void everyRowHasBeenHeldAgainstTheSecondList() throws IOException {
    List<String> rows = new ArrayList<>();
    try (InputStream in = PriceTable.class.getResourceAsStream("prices.json")) {
      Json.read(in.readAllBytes())
          .path("models")
          .forEach(row -> rows.add(row.path("model").asText()));
    }
    List<String> second = new ArrayList<>();
    try (InputStream in = PriceTest.class.getResourceAsStream("second-prices.csv")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains(":") && !line.startsWith("#"))
          .map(line -> line.substring(0, line.indexOf(',')))
          .distinct()
          .forEach(second::add);
    }
    assertThat(second).containsExactlyInAnyOrderElementsOf(rows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "openai:gpt-4o|{'service_tier':'default',USAGE}|true",
        "openai:gpt-4o|{'service_tier':null,USAGE}|true",
        "openai:gpt-4o|{'service_tier':'priority',USAGE}|false",
        "openai:gpt-4o|{'service_tier':'flex',USAGE}|false",
        "anthropic:claude-opus-5|{'usage':{'input_tokens':1,'output_tokens':1,'service_tier':'standard','inference_geo':'global','speed':'standard'},'content':[]}|true",
        "anthropic:claude-opus-5|{'usage':{'input_tokens':1,'output_tokens':1,'service_tier':'priority'},'content':[]}|false",
        "anthropic:claude-opus-5|{'usage':{'input_tokens':1,'output_tokens':1,'inference_geo':'us'},'content':[]}|false",
        "anthropic:claude-opus-5|{'usage':{'input_tokens':1,'output_tokens':1,'speed':'fast'},'content':[]}|false",
        "anthropic:claude-opus-5|{'usage':{'input_tokens':1,'output_tokens':1,'cache_creation_input_tokens':9,'cache_creation':{'ephemeral_5m_input_tokens':0,'ephemeral_1h_input_tokens':9}},'content':[]}|false",
        "google:gemini-2.5-pro|{'candidates':[{}],'usageMetadata':{'promptTokenCount':1,'candidatesTokenCount':1,'serviceTier':'standard'}}|true",
        "google:gemini-2.5-pro|{'candidates':[{}],'usageMetadata':{'promptTokenCount':1,'candidatesTokenCount':1,'serviceTier':'flex'}}|false"
      })
  void whatIsNotChargedAtTheListPriceHasNoKnownCost(String model, String body, boolean known) {
    ModelId id = ModelId.parse(model);
    String usage =
        "'choices':[{'message':{'content':'x'}}],'usage':{'prompt_tokens':1,'completion_tokens':1}";
    Usage used = Published.decode(id.provider(), body.replace("USAGE", usage)).usage();
    assertThat(PriceTable.builtIn(id).orElseThrow().of(used) != null).isEqualTo(known);
    // Whoever gives a price of his own knows what he pays.
    assertThat(ModelPrice.given(BigDecimal.ONE, BigDecimal.ONE, "given").of(used)).isNotNull();
    assertThat(used.plus(used).listPrice()).isEqualTo(known);
  }

  @Test
  void aSnapshotWithAPriceOfItsOwnDoesNotTakeItsModels() {
    ModelPrice first = PriceTable.builtIn(ModelId.parse("gpt-4o-2024-05-13")).orElseThrow();
    assertThat(first.of(Usage.reported(1_000_000L, null, null, 1_000_000L, null)))
        .isEqualByComparingTo("20");
    ModelPrice later = PriceTable.builtIn(ModelId.parse("gpt-4o-2024-08-06")).orElseThrow();
    assertThat(later.of(Usage.reported(1_000_000L, null, null, 1_000_000L, null)))
        .isEqualByComparingTo("12.5");
  }

  @Test
  void twoPricesForOneModelAreRefused() {
    String entry =
        "{'model':'openai:x','inputPerMillion':1,'outputPerMillion':1,'source':'s','date':'2026-11-20'}";
    assertThatThrownBy(() -> read("{'models':[" + entry + "," + entry + "]}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("openai:x");
  }

  private ModelPrice price(String model) {
    return table.price(ModelId.parse(model)).orElseThrow();
  }

  private static PriceTable table(String json) {
    try {
      return read(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static PriceTable read(String json) throws IOException {
    return PriceTable.read(
        new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }
}
