package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "https://a.test|HTTPS_PROXY=http://p.test:3128|p.test:3128",
        "https://a.test|https_proxy=p.test:3128|p.test:3128",
        "https://a.test|https_proxy=lower.test:1 HTTPS_PROXY=upper.test:2|lower.test:1",
        "https://a.test|https_proxy= HTTPS_PROXY=upper.test:2|upper.test:2",
        "https://a.test|HTTP_PROXY=p.test:3128|-",
        "http://a.test|HTTP_PROXY=p.test:3128|p.test:3128",
        "http://a.test|ALL_PROXY=p.test|p.test:80",
        "https://a.test|HTTPS_PROXY=http://u:p@[::1]:3128/|[::1]:3128",
        "https://a.test|-|-",
        // A proxy elsewhere cannot reach this machine's loopback.
        "http://localhost:8000|HTTP_PROXY=p.test:3128|-",
        "http://127.0.0.2|HTTP_PROXY=p.test:3128|-",
        "http://[::1]:8000|HTTP_PROXY=p.test:3128|-",
        "http://127.0.0.1|HTTP_PROXY=localhost:3128|localhost:3128"
      })
  void findsTheProxy(String target, String variables, String proxy) {
    assertThat(new ProxySettings(environment(variables)).to(URI.create(target)).name())
        .isEqualTo(proxy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*|a.test|true",
        "a.test|a.test|true",
        "A.Test|a.test|true",
        "a.test|a.test.|true",
        "a.test|b.a.test|true",
        ".a.test|b.a.test|true",
        ".a.test|a.test|true",
        "*.a.test|b.a.test|true",
        "a.test|ba.test|false",
        "a.test|a.test.evil|false",
        "x.test, a.test|a.test|true",
        "x.test a.test|a.test|true",
        ",,|a.test|false",
        "a.test:443|a.test|true",
        "a.test:444|a.test|false",
        "a.test:444|a.test:444|true",
        "10.0.0.1|10.0.0.1|true",
        "10.0.0.1|10.0.0.10|false",
        "10.0.0.0/8|10.200.0.1|true",
        "10.0.0.0/8|11.0.0.1|false",
        "10.0.0.0/99|10.0.0.1|false",
        "10.0.0.0/x|10.0.0.1|false",
        "0.0.0.0/0|11.0.0.1|true",
        "10.0.0.0/8|10.corp.test|false",
        "10.0.0.1:8080|10.0.0.1:8080|true",
        "fd00::/8|[fd12::1]|true",
        "fd00::/8|[fe80::1]|false",
        "[fd12::1]:9|[fd12::1]:9|true",
        "fd12::1|[fd12:0::1]|true"
      })
  void takesServersOut(String exceptions, String host, boolean direct) {
    ProxySettings settings =
        new ProxySettings(Map.of("HTTPS_PROXY", "p.test:1", "NO_PROXY", exceptions));
    assertThat(settings.to(URI.create("https://" + host + "/v1")).name() == null).isEqualTo(direct);
  }

  @Test
  void readsWhoAsks() {
    ProxySettings.Route route =
        new ProxySettings(Map.of("HTTPS_PROXY", "http://d%5Cme:a%40b:c+d@p.test:1"))
            .to(URI.create("https://a.test"));
    assertThat(route.user()).isEqualTo("d\\me");
    assertThat(new String(route.password())).isEqualTo("a@b:c+d");
    assertThat(route.toString()).doesNotContain("me").doesNotContain("a@b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://u:s3cret@p.test:1",
        "https://u:s3cret@p.test:1",
        "http://u:s3cret@",
        "http://u:s3cret%@p.test",
        "http://u:s3cret @p.test"
      })
  void anUnusableAddressIsToldWithoutItsPassword(String value) {
    ProxySettings settings = new ProxySettings(Map.of("https_proxy", value));
    assertThatThrownBy(() -> settings.to(URI.create("https://a.test")))
        .asInstanceOf(type(LlmException.class))
        .extracting(LlmException::error)
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(LlmErrorCode.VALIDATION_ERROR);
              assertThat(error.message()).isEqualTo("the proxy in https_proxy is unusable");
              assertThat(error.toString()).doesNotContain("s3cret");
            });
  }

  private static Map<String, String> environment(String variables) {
    Map<String, String> environment = new HashMap<>();
    if (variables != null) {
      for (String variable : variables.split(" ")) {
        String[] parts = variable.split("=", 2);
        environment.put(parts[0], parts[1]);
      }
    }
    return environment;
  }
}
