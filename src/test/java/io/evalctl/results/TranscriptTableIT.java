package io.evalctl.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranscriptTableIT {
  @TempDir Path directory;

  @Test
  void keepsEveryColumn() {
    try (ResultsStore store = ResultsStore.open(directory.resolve("eval.db"))) {
      TranscriptRow row = row("t1", "gpt-4o-2024-08-06", new BigDecimal("0.000142"));
      store.transcripts().save(row);
      assertThat(store.transcripts().find("t1")).contains(row);
      assertThat(store.transcripts().find("t2")).isEmpty();
    }
  }

  @Test
  void unknownStaysUnknown() {
    try (ResultsStore store = ResultsStore.open(directory.resolve("eval.db"))) {
      store.transcripts().save(row("t1", null, null));
      assertThat(store.transcripts().find("t1")).contains(row("t1", null, null));
    }
  }

  @Test
  void theSameIdReplacesTheRow() {
    try (ResultsStore store = ResultsStore.open(directory.resolve("eval.db"))) {
      store.transcripts().save(row("t1", "a", BigDecimal.ONE));
      store.transcripts().save(row("t1", "b", BigDecimal.TEN));
      assertThat(store.transcripts().find("t1").orElseThrow().modelVersion()).isEqualTo("b");
    }
  }

  private static TranscriptRow row(String id, String version, BigDecimal cost) {
    return new TranscriptRow(
        id,
        "r1",
        "s1",
        "openai:gpt-4o",
        version,
        "{\"schemaVersion\":1,\"turns\":[]}",
        2,
        36,
        812,
        cost == null ? null : BigDecimal.valueOf(cost.doubleValue()),
        7,
        "{\"prompt\":\"Why?\"}",
        Instant.parse("2026-11-20T20:12:03.123456Z"));
  }
}
