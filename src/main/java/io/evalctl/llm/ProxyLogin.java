package io.evalctl.llm;

import java.net.Authenticator;
import java.net.PasswordAuthentication;

/**
 * Tells one proxy who asks, once for each exchange: the JDK would offer credentials that are
 * refused twenty times, which locks accounts. Thread-safe.
 */
final class ProxyLogin extends Authenticator {
  private final ProxySettings.Route route;
  private final ThreadLocal<Boolean> told = new ThreadLocal<>();

  ProxyLogin(ProxySettings.Route route) {
    this.route = route;
  }

  /** The calling thread begins an exchange. */
  void begin() {
    told.remove();
  }

  @Override
  protected PasswordAuthentication getPasswordAuthentication() {
    if (getRequestorType() != RequestorType.PROXY || told.get() != null) {
      return null;
    }
    told.set(true);
    return new PasswordAuthentication(route.user(), route.password());
  }
}
