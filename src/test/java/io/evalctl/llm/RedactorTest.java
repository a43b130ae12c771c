package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactorTest {
  private final Redactor redactor = new Redactor(List.of("sk-secret", "sk-secret-longer", "none"));

  @Test
  void hidesSecretsTheLongerFirst() {
    assertThat(redactor.redact("a sk-secret-longer b sk-secret, none"))
        .isEqualTo("a [redacted] b [redacted], none");
    assertThat(redactor.redact((String) null)).isNull();
  }

  @Test
  void hidesThemAnywhereInATree() {
    JsonNode tree =
        Published.json("{'sk-secret':['x sk-secret',{'a':1,'b':'sk-secret'}],'c':null}");
    assertThat(redactor.redact(tree))
        .isEqualTo(
            Published.json("{'[redacted]':['x [redacted]',{'a':1,'b':'[redacted]'}],'c':null}"));
  }

  @Test
  void leavesACleanTreeAlone() {
    JsonNode tree = Published.json("{'a':['x',{'b':[1,true,null]}]}");
    assertThat(redactor.redact(tree)).isSameAs(tree);
  }

  @Test
  void mendsLoneSurrogates() {
    assertThat(redactor.redact("a\uD83D b\uDE00 c\uD83D\uDE00 d\uD83D"))
        .isEqualTo("a\uFFFD b\uFFFD c\uD83D\uDE00 d\uFFFD");
    assertThat(Redactor.isWellFormed("\uD83D\uDE00")).isTrue();
    assertThat(Redactor.isWellFormed("\uDE00\uD83D")).isFalse();
  }

  @Test
  void comesFromEveryKeyInTheEnvironment() {
    Redactor all =
        LlmSettings.of(
                Map.of(
                    "OPENAI_API_KEY", "openai-secret",
                    "GOOGLE_API_KEY", "google-secret",
                    "GEMINI_API_KEY", " gemini-secret\n",
                    "OPENAI_COMPATIBLE_API_KEY", "local-secret",
                    "PATH", "harmless"))
            .redactor();
    assertThat(all.redact("openai-secret google-secret gemini-secret local-secret harmless"))
        .isEqualTo("[redacted] [redacted] [redacted] [redacted] harmless");
  }
}
