package io.evalctl.llm;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Addresses as errors name them: host and path, never a query, a fragment or a user, which may hold
 * secrets. Stateless.
 */
final class Addresses {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** What is asked below a base URL; a redirect to one of them tells the base URL to give. */
  private static final List<String> OPERATIONS =
      List.of("/chat/completions", "/messages", "/models");

  private Addresses() {}

  static String shown(URI uri) {
    // Not the host, which is unknown where the name of one breaks the rules.
    String place = uri.getRawAuthority().replaceFirst("^.*@", "");
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return uri.getScheme() + "://" + place + path;
  }

  static boolean isRedirect(HttpReply reply) {
    return REDIRECTS.contains(reply.status());
  }

  /** Where an answer sends the asker instead; null when it is no redirect or names no place. */
  static URI redirect(HttpReply reply, URI asked) {
    String location = reply.headers().getOrDefault("location", "").strip();
    if (!isRedirect(reply) || location.isEmpty()) {
      return null;
    }
    // Written without care, mostly in what is not shown.
    String place = location.replaceFirst("[?#].*$", "").replace(" ", "%20");
    try {
      URI target = place.isEmpty() ? asked : asked.resolve(place);
      return target.getRawAuthority() == null ? null : target;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** What to do about a redirect, which is never followed: the key must not go elsewhere. */
  static String hint(URI target, Provider provider) {
    String shown = shown(target);
    if (OPERATIONS.stream().anyMatch(operation -> shown.endsWith(operation + "/"))) {
      return "redirects are not followed; if that is the right place, give %s as --base-url%s"
          .formatted(shown, variable(provider));
    }
    for (String operation : OPERATIONS) {
      if (shown.endsWith(operation)) {
        return "redirects are not followed; if that is the right place, give %s as --base-url%s"
            .formatted(shown.substring(0, shown.length() - operation.length()), variable(provider));
      }
    }
    return "redirects are not followed; give the address of the API itself as --base-url%s (it may"
            .formatted(variable(provider))
        + " need https, another path, or a log-in that a program cannot do)";
  }

  private static String variable(Provider provider) {
    return provider.variablePrefixes().isEmpty()
        ? ""
        : " or " + provider.variablePrefixes().get(0) + "_BASE_URL";
  }
}
