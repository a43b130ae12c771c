package io.evalctl.docker;

import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.RemoteApiVersion;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Map;
import java.util.Objects;

/** Which version of the API is spoken with an engine. Stateless. */
final class ApiVersion {
  /** That of Docker 20.10. */
  private static final RemoteApiVersion OLDEST = RemoteApiVersion.create(1, 41);

  /** The newest that evalctl speaks; that of Docker 25. */
  private static final RemoteApiVersion NEWEST = RemoteApiVersion.create(1, 44);

  private static final String OVERRIDE = "DOCKER_API_VERSION";

  private ApiVersion() {}

  /**
   * The newest that both speak, or what the variable says.
   *
   * @throws EvalctlException DOCKER_REFUSED when the engine is too old or none at all,
   *     INVALID_CONFIGURATION when it cannot speak what the variable says
   */
  static RemoteApiVersion spoken(Map<String, String> environment, String host, Version version) {
    RemoteApiVersion servers = servers(host, version);
    RemoteApiVersion override = override(environment.getOrDefault(OVERRIDE, ""));
    if (override != null) {
      if (override.isGreater(servers) || OLDEST.isGreater(override)) {
        throw new EvalctlException(
            ErrorCode.INVALID_CONFIGURATION,
            "DOCKER_API_VERSION is %s, and the Docker engine at %s speaks up to %s, evalctl from %s on"
                .formatted(override.getVersion(), host, servers.getVersion(), OLDEST.getVersion()),
            "unset it: both agree on a version by themselves");
      }
      return override;
    }
    RemoteApiVersion least =
        version.getMinAPIVersion() == null
            ? OLDEST
            : RemoteApiVersion.parseConfigWithDefault(version.getMinAPIVersion());
    RemoteApiVersion wanted = servers.isGreater(NEWEST) ? NEWEST : servers;
    return least != RemoteApiVersion.UNKNOWN_VERSION && least.isGreater(wanted) ? least : wanted;
  }

  private static RemoteApiVersion servers(String host, Version version) {
    String told = Objects.toString(version.getApiVersion(), "");
    RemoteApiVersion servers = RemoteApiVersion.parseConfigWithDefault(told);
    if (servers == RemoteApiVersion.UNKNOWN_VERSION) {
      throw new EvalctlException(
          ErrorCode.DOCKER_REFUSED,
          "what answers at %s is no Docker engine: it tells no version of its API".formatted(host),
          "set DOCKER_HOST to an engine");
    }
    if (OLDEST.isGreater(servers)) {
      throw new EvalctlException(
          ErrorCode.DOCKER_REFUSED,
          "the Docker engine at %s is too old: version %s with API %s; evalctl needs API %s (Docker 20.10)"
              .formatted(host, version.getVersion(), servers.getVersion(), OLDEST.getVersion()),
          "upgrade it, or set DOCKER_HOST to a newer one");
    }
    return servers;
  }

  private static RemoteApiVersion override(String text) {
    if (text.isEmpty()) {
      return null;
    }
    RemoteApiVersion parsed = RemoteApiVersion.parseConfigWithDefault(text);
    if (parsed == RemoteApiVersion.UNKNOWN_VERSION) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "DOCKER_API_VERSION cannot be '" + text + "'",
          "write a version like 1.41, or unset it");
    }
    return parsed;
  }
}
