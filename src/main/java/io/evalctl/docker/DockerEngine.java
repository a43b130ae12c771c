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

/**
 * A connection to a Docker engine: the one that the docker command would use, see {@link
 * EngineAddress}. The version of the API is the engine's own, at most 1.44; {@code
 * DOCKER_API_VERSION} overrides it. Engines from 20.10 (API 1.41) on are served. Thread-safe.
 */
public final class DockerEngine implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration RESPONSE = Duration.ofSeconds(30);
  private static final int MOST_CONNECTIONS = 200;

  private final DockerHttpClient http;
  private final DockerHttpClient streams;
  private final DockerClient client;
  private final DockerClient streamClient;
  private final EngineAddress address;
  private final String serverVersion;
  private final RemoteApiVersion apiVersion;

  private DockerEngine(EngineAddress address, DockerClientConfig config, Version version) {
    this.address = address;
    this.http = new BoundedTransport(http(config, RESPONSE), RESPONSE);
    this.streams = http(config, null);
    this.client = DockerClientImpl.getInstance(config, http);
    this.streamClient = DockerClientImpl.getInstance(config, streams);
    this.serverVersion = version.getVersion();
    this.apiVersion = config.getApiVersion();
  }

  /**
   * Connects, and asks for the engine's version.
   *
   * @param environment where DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, HOME, DOCKER_TLS_VERIFY,
   *     DOCKER_CERT_PATH and DOCKER_API_VERSION are looked up
   * @throws EvalctlException DOCKER_UNREACHABLE when none answers, DOCKER_REFUSED when it answers
   *     with an error or is too old, INVALID_CONFIGURATION when one of the settings cannot be used
   */
  public static DockerEngine connect(Map<String, String> environment) {
    return connect(EngineAddress.of(environment), environment);
  }

  /**
   * Connects to an engine that was noted earlier by its {@link #host}.
   *
   * @throws EvalctlException as {@link #connect(Map)} does
   */
  public static DockerEngine connect(Map<String, String> environment, String host) {
    return connect(EngineAddress.noted(host, environment), environment);
  }

  private static DockerEngine connect(EngineAddress address, Map<String, String> environment) {
    DockerClientConfig config = config(address, environment, RemoteApiVersion.unknown());
    Version version =
        DockerCall.run(
            "asking for the version of the Docker engine at " + address.host(),
            () -> {
              try (DockerClient client =
                  DockerClientImpl.getInstance(
                      config, new BoundedTransport(http(config, CONNECT), CONNECT))) {
                return client.versionCmd().exec();
              }
            });
    RemoteApiVersion spoken = ApiVersion.spoken(environment, address.host().toString(), version);
    return new DockerEngine(address, config(address, environment, spoken), version);
  }

  private static DockerClientConfig config(
      EngineAddress address, Map<String, String> environment, RemoteApiVersion version) {
    try {
      // Everything is said, so that the library does not look for settings by rules of its own.
      return DefaultDockerClientConfig.createDefaultConfigBuilder()
          .withApiVersion(version)
          .withDockerConfig(EngineAddress.configuration(environment).toString())
          .withDockerContext(EngineAddress.NO_CONTEXT)
          .withDockerHost(address.host().toString())
          .withDockerTlsVerify(!address.certificates().isEmpty())
          .withDockerCertPath(address.certificates())
          .build();
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
    return new ReconnectingTransport(
        response == null ? builder.build() : builder.responseTimeout(response).build());
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
    return address.host().toString();
  }

  /** Whether what it publishes on its loopback address can be reached from here. */
  public boolean onThisMachine() {
    return address.onThisMachine();
  }

  /** An environment for programs that are to use this same engine, whatever their own rules are. */
  public Map<String, String> environment(Map<String, String> environment) {
    return address.named(environment);
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
