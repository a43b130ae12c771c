package io.evalctl.rlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.rlm.Citations.Citation;
import io.evalctl.text.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CitationCheckTest {
  private static final List<String> DOCUMENTS =
      List.of("The pump\n  failed at\u00a0noon. It was old.", "Nobody saw the \"red\" light.");

  @Test
  void findsPassagesVerbatimButForWhiteSpace() {
    assertThat(inText("As it says, \"The pump failed at noon\", and so on."))
        .containsExactly(new Citation("The pump failed at noon", 0));
    assertThat(inText("\u201cpump failed  at\tnoon. It was\u201d, \u00abNobody saw the\u00bb"))
        .containsExactly(
            new Citation("pump failed  at\tnoon. It was", 0), new Citation("Nobody saw the", 1));
  }

  @Test
  void noticesWhatNobodySaid() {
    Citations citations =
        CitationCheck.check(
            RlmQueries.text("\"the pump failed at noon\" and \"It was old.\""), DOCUMENTS);
    assertThat(citations.checked())
        .containsExactly(
            new Citation("the pump failed at noon", null), new Citation("It was old.", 0));
    assertThat(citations.verified()).isEqualTo(1);
    assertThat(citations.allVerified()).isFalse();
  }

  @Test
  void aCommaMayBelongToTheSentenceAround() {
    assertThat(inText("\"The pump failed,\" it says."))
        .containsExactly(new Citation("The pump failed,", 0));
    assertThat(inText("\"The pump failed!\""))
        .containsExactly(new Citation("The pump failed!", null));
  }

  @Test
  void aTermOrAnInchIsNoQuotation() {
    assertThat(inText("the \"red light\" of the 5\" pipe is 6\" wide")).isEmpty();
    assertThat(CitationCheck.check(RlmQueries.text("7"), DOCUMENTS).allVerified()).isFalse();
  }

  @Test
  void listedCitationsAreCheckedWhateverTheirLength() throws IOException {
    Citations citations =
        CitationCheck.check(
            Json.read(
                """
                {"answer": "old",
                 "citations": [{"quote": "old", "document": 0}, {"quote": "old", "document": 1},
                               {"quote": "old", "document": "report"}, "Nobody", " ", "old,"]}"""),
            DOCUMENTS);
    assertThat(citations.checked())
        .containsExactly(
            new Citation("old", 0),
            new Citation("old", null),
            new Citation("old", 0),
            new Citation("Nobody", 1),
            new Citation(" ", null),
            new Citation("old,", null));
  }

  @Test
  void looksUpABoundedNumber() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 250; i++) {
      text.append("\"quotation of number " + i + "\" ");
    }
    Citations citations = CitationCheck.check(RlmQueries.text(text.toString()), DOCUMENTS);
    assertThat(citations.checked()).hasSize(200);
    assertThat(citations.unchecked()).isEqualTo(50);
  }

  private static List<Citation> inText(String answer) {
    return CitationCheck.check(RlmQueries.text(answer), DOCUMENTS).checked();
  }
}
