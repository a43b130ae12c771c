package io.evalctl.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * A connection to a Docker engine: {@code DOCKER_HOST} where it is set, else the local socket. The
 * version of the API is the engine's own, at most 1.44; {@code DOCKER_API_VERSION} overrides it.
 * Engines from 20.10 (API 1.41) on are served. Thread-safe.
 */
public final class DockerEngine implements AutoCloseable {
  /** Newest version of the API that evalctl speaks. */
  static final RemoteApiVersion NEWEST = RemoteApiVersion.create(1, 44);

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration RESPONSE = Duration.ofSeconds(30);
  private static final int MOST_CONNECTIONS = 200;
  private static final Set<String> SCHEMES = Set.of("unix", "npipe", "tcp", "http", "https");

  private final DockerHttpClient http;
  private final DockerHttpClient streams;
  private final DockerClient client;
  private final DockerClient streamClient;
  private final String host;
  private final String serverVersion;
  private final RemoteApiVersion apiVersion;

  private DockerEngine(
      DockerClientConfig config, DockerHttpClient http, DockerHttpClient streams, Version version) {
    this.http = http;
    this.streams = streams;
    this.client = DockerClientImpl.getInstance(config, http);
    this.streamClient = DockerClientImpl.getInstance(config, streams);
    this.host = config.getDockerHost().toString();
    this.serverVersion = version.getVersion();
    this.apiVersion = config.getApiVersion();
  }

  /**
   * Connects, and asks for the engine's version.
   *
   * @param environment where DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and
   *     DOCKER_API_VERSION are looked up
   * @throws EvalctlException DOCKER_UNREACHABLE when none answers, DOCKER_REFUSED when it answers
   *     with an error, INVALID_CONFIGURATION when one of the variables cannot be used
   */
  public static DockerEngine connect(Map<String, String> environment) {
    DockerClientConfig config = config(environment, RemoteApiVersion.unknown());
    String host = config.getDockerHost().toString();
    Version version =
        DockerCall.run(
            "asking for the version of the Docker engine at " + host,
            () -> {
              try (DockerClient client =
                  DockerClientImpl.getInstance(config, http(config, CONNECT))) {
                return client.versionCmd().exec();
              }
            });
    DockerClientConfig pinned = config(environment, pinned(environment, version));
    return new DockerEngine(pinned, http(pinned, RESPONSE), http(pinned, null), version);
  }

  static RemoteApiVersion pinned(Map<String, String> environment, Version version) {
    String override = environment.getOrDefault("DOCKER_API_VERSION", "");
    if (!override.isEmpty()) {
      RemoteApiVersion parsed = RemoteApiVersion.parseConfigWithDefault(override);
      if (parsed == RemoteApiVersion.UNKNOWN_VERSION) {
        throw new EvalctlException(
            ErrorCode.INVALID_CONFIGURATION,
            "DOCKER_API_VERSION cannot be '" + override + "'",
            "write a version like 1.41, or unset it");
      }
      return parsed;
    }
    RemoteApiVersion servers = RemoteApiVersion.parseConfig(version.getApiVersion());
    RemoteApiVersion least =
        version.getMinAPIVersion() == null
            ? servers
            : RemoteApiVersion.parseConfig(version.getMinAPIVersion());
    RemoteApiVersion wanted = servers.isGreater(NEWEST) ? NEWEST : servers;
    return least.isGreater(wanted) ? least : wanted;
  }

  private static DockerClientConfig config(
      Map<String, String> environment, RemoteApiVersion version) {
    try {
      DefaultDockerClientConfig.Builder builder =
          DefaultDockerClientConfig.createDefaultConfigBuilder().withApiVersion(version);
      String host = environment.getOrDefault("DOCKER_HOST", "");
      if (!host.isEmpty()) {
        builder.withDockerHost(host);
      }
      if (environment.containsKey("DOCKER_CERT_PATH")) {
        builder.withDockerCertPath(environment.get("DOCKER_CERT_PATH"));
      }
      if (environment.containsKey("DOCKER_TLS_VERIFY")) {
        builder.withDockerTlsVerify(environment.get("DOCKER_TLS_VERIFY"));
      }
      DockerClientConfig config = builder.build();
      if (!SCHEMES.contains(String.valueOf(config.getDockerHost().getScheme()))) {
        throw new IllegalArgumentException(
            "'" + config.getDockerHost() + "' is no address of an engine");
      }
      return config;
    } catch (RuntimeException e) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "the Docker settings cannot be used: " + e.getMessage(),
          "look at DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH",
          e);
    }
  }

  private static DockerHttpClient http(DockerClientConfig config, Duration response) {
    ZerodepDockerHttpClient.Builder builder =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .maxConnections(MOST_CONNECTIONS)
            .connectionTimeout(CONNECT);
    return response == null ? builder.build() : builder.responseTimeout(response).build();
  }

  /** For calls that the engine answers at once; such as it does not answer in 30 s fail. */
  public DockerClient client() {
    return client;
  }

  /** For calls that take as long as they take: pulling, following events. */
  public DockerClient streamClient() {
    return streamClient;
  }

  /** The address. */
  public String host() {
    return host;
  }

  /** The engine's own version: 20.10.24, 29.0.1. */
  public String serverVersion() {
    return serverVersion;
  }

  /** The version of the API that is spoken: 1.41. */
  public String apiVersion() {
    return apiVersion.getVersion();
  }

  /**
   * Attaches to a container's streams, which must not have a terminal; returns when it is attached.
   *
   * @param input what the container reads on its standard input; read on a thread of docker-java's
   *     until it ends
   * @throws EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED, INTERRUPTED
   */
  public Attachment attach(String container, InputStream input, Attachment.Listener listener) {
    return Attachment.open(this, container, input, listener);
  }

  /** Closes the connections. What is attached ends. */
  @Override
  public void close() {
    for (DockerHttpClient each : new DockerHttpClient[] {streams, http}) {
      try {
        each.close();
      } catch (IOException e) {
        // nothing that could be done about it
      }
    }
  }
}
