package io.evalctl.question;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "/keys/{{key}}              | /keys/a/b c",
        "/keys/{{ url key }}        | /keys/a%2Fb%20c",
        "{\"key\":\"{{base64 key}}\"} | {\"key\":\"YS9iIGM=\"}",
        "{{unbase64 base64 key}}    | a/b c",
        "{{json quoted}}            | say \\\"hi\\\"\\u000a",
        "{{key}}{{key}} $1          | a/b ca/b c $1",
        "no place }} {              | no place }} {",
      })
  void fillsItsPlaces(String text, String filled) {
    assertThat(Template.of(text.strip()).fill(Map.of("key", "a/b c", "quoted", "say \"hi\"\n")))
        .isEqualTo(filled.strip());
  }

  @Test
  void tellsOfUnknownNamesAndFunctions() {
    assertThat(Template.of("{{base64 key}}").fault(Set.of("key"))).isEmpty();
    assertThat(Template.of("{{kye}}").fault(Set.of("key")))
        .contains("nothing is called 'kye' here; did you mean 'key'?");
    assertThat(Template.of("{{bas64 key}}").fault(Set.of("key")))
        .contains("there is no function 'bas64'; did you mean 'base64'?");
  }

  @Test
  void whatIsNoBase64StaysAsItIs() {
    assertThat(Template.apply("unbase64", "§")).isEqualTo("§");
    assertThat(Template.apply("unbase64", "aGk=")).isEqualTo("hi");
    assertThat(Template.apply("", "aGk=")).isEqualTo("aGk=");
  }
}
