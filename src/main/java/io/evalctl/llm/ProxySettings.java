package io.evalctl.llm;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The proxy that the environment names, as other programs read it: {@code https_proxy}, {@code
 * http_proxy}, {@code all_proxy} and {@code no_proxy}, or the same in upper case. A loopback
 * address is reached directly, unless the proxy is on this machine, too: any other one would take
 * it for its own. Thread-safe.
 */
final class ProxySettings {
  private static final int DEFAULT_PORT = 80;

  private final Map<String, String> environment;
  private final ProxyExceptions exceptions;
  private final Map<Setting, Route> routes = new ConcurrentHashMap<>();

  /**
   * The way to a server.
   *
   * @param proxy what the JDK takes; null for what its own settings say
   * @param name host and port of the proxy, for messages; null when there is none
   * @param variable that names it, or null
   * @param user null when the proxy is not told who asks
   */
  record Route(Proxy proxy, String name, String variable, String user, char[] password) {
    static final Route DEFAULT = new Route(null, null, null, null, null);
    static final Route DIRECT = new Route(Proxy.NO_PROXY, null, null, null, null);

    /** Who asks, as RFC 7617 writes it. */
    String basic() {
      byte[] who = (user + ":" + new String(password)).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(who);
    }

    /** The proxy wants to know who asks, or does not like the answer. */
    LlmException unauthorized() {
      String variable = this.variable == null ? "HTTPS_PROXY" : this.variable;
      return new LlmException(
          LlmError.of(
                  LlmErrorCode.AUTH_ERROR,
                  user == null
                      ? label() + " wants a user and a password"
                      : label() + " refuses the user and the password in " + variable,
                  "write them into %s: http://USER:PASSWORD@HOST:PORT".formatted(variable))
              .withStatus(407),
          null);
    }

    /** Such as "the proxy 127.0.0.1:3128". */
    String label() {
      return name == null ? "the proxy" : "the proxy " + name;
    }

    /** Never prints who asks. */
    @Override
    public String toString() {
      return "Route[" + name + "]";
    }
  }

  private record Setting(String variable, String value) {}

  ProxySettings(Map<String, String> environment) {
    this.environment = environment;
    Setting none = find("no_proxy");
    this.exceptions = ProxyExceptions.parse(none == null ? "" : none.value());
  }

  /**
   * @throws LlmException {@code VALIDATION_ERROR} when the variable holds no usable address
   */
  Route to(URI target) {
    Setting setting = find(target.getScheme().toLowerCase(Locale.ROOT) + "_proxy", "all_proxy");
    if (setting == null) {
      return Route.DEFAULT;
    }
    if (exceptions.contain(target)) {
      return Route.DIRECT;
    }
    Route route = routes.computeIfAbsent(setting, ProxySettings::parse);
    InetSocketAddress proxy = (InetSocketAddress) route.proxy().address();
    return ProxyExceptions.loopback(target.getHost())
            && !ProxyExceptions.loopback(proxy.getHostString())
        ? Route.DIRECT
        : route;
  }

  private Setting find(String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT)))
        .filter(name -> !environment.getOrDefault(name, "").isBlank())
        .map(name -> new Setting(name, environment.get(name).strip()))
        .findFirst()
        .orElse(null);
  }

  private static Route parse(Setting setting) {
    String text = setting.value().contains("://") ? setting.value() : "http://" + setting.value();
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw unusable(
          setting, "it is not a URL (special characters of a password are to be written as %XX)");
    }
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw unusable(setting, "only proxies at http:// addresses are supported");
    }
    if (uri.getHost() == null) {
      throw unusable(setting, "it names no host");
    }
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    List<String> who =
        uri.getRawUserInfo() == null ? List.of() : List.of(uri.getRawUserInfo().split(":", 2));
    return new Route(
        new Proxy(Proxy.Type.HTTP, new InetSocketAddress(host, port)),
        uri.getHost() + ":" + port,
        setting.variable(),
        who.isEmpty() ? null : decoded(who.get(0)),
        who.size() < 2 ? new char[0] : decoded(who.get(1)).toCharArray());
  }

  /** A plus sign is one, here. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The value is not told: it may hold a password. */
  private static LlmException unusable(Setting setting, String why) {
    return new LlmException(
        LlmErrorCode.VALIDATION_ERROR,
        "the proxy in " + setting.variable() + " is unusable",
        why + "; write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT");
  }
}
