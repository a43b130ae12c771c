package io.evalctl.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Where the engine is, found as the docker command finds it: {@code DOCKER_HOST}, else the context
 * that {@code DOCKER_CONTEXT} names, else the one that {@code docker context use} has chosen, else
 * the local socket (<a href="https://docs.docker.com/engine/manage-resources/contexts/">Docker
 * contexts</a>). Immutable.
 *
 * @param host such as unix:///var/run/docker.sock
 * @param certificates the directory with ca.pem, cert.pem and key.pem; empty without TLS
 */
record EngineAddress(URI host, String certificates) {
  private static final String HOST = "DOCKER_HOST";
  private static final String CONTEXT = "DOCKER_CONTEXT";
  private static final String CERTIFICATES = "DOCKER_CERT_PATH";
  private static final String TLS = "DOCKER_TLS_VERIFY";

  /** Stands for none: DOCKER_HOST or the local socket. */
  static final String NO_CONTEXT = "default";

  private static final String LOCAL = "unix:///var/run/docker.sock";
  private static final Set<String> SCHEMES = Set.of("unix", "npipe", "tcp", "http", "https");
  private static final int GREATEST_PORT = 65535;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws EvalctlException INVALID_CONFIGURATION when there is no such context, or no engine can
   *     be asked at such an address
   */
  static EngineAddress of(Map<String, String> environment) {
    String host = environment.getOrDefault(HOST, "");
    if (!host.isEmpty()) {
      return new EngineAddress(address(host, HOST), tls(environment));
    }
    Path directory = configuration(environment);
    String context = environment.getOrDefault(CONTEXT, "");
    if (context.isEmpty()) {
      context = read(directory.resolve("config.json")).path("currentContext").asText("");
    }
    return context.isEmpty() || context.equals(NO_CONTEXT)
        ? new EngineAddress(URI.create(LOCAL), tls(environment))
        : ofContext(context, directory);
  }

  private static String tls(Map<String, String> environment) {
    String verify = environment.getOrDefault(TLS, "");
    return verify.isEmpty() || verify.equals("0") || verify.equalsIgnoreCase("false")
        ? ""
        : environment.getOrDefault(
            CERTIFICATES, configuration(environment).toAbsolutePath().toString());
  }

  /** One noted earlier: with the certificates of today's, if it is the same. */
  static EngineAddress noted(String host, Map<String, String> environment) {
    try {
      EngineAddress now = of(environment);
      if (now.host.toString().equals(host)) {
        return now;
      }
    } catch (EvalctlException e) {
      // where today's is does not matter
    }
    Map<String, String> there = new HashMap<>(environment);
    there.put(HOST, host);
    return of(there);
  }

  /** The directory of the docker command's settings. */
  static Path configuration(Map<String, String> environment) {
    String given = environment.getOrDefault("DOCKER_CONFIG", "");
    return given.isEmpty()
        ? Path.of(environment.getOrDefault("HOME", "/"), ".docker")
        : Path.of(given);
  }

  private static EngineAddress ofContext(String context, Path directory) {
    String id = digest(context);
    Path file = directory.resolve("contexts/meta").resolve(id).resolve("meta.json");
    String host = read(file).path("Endpoints").path("docker").path("Host").asText("");
    if (host.isEmpty()) {
      throw refused(
          "there is no Docker context '%s' in %s".formatted(context, directory),
          "'docker context ls' lists them; or set DOCKER_HOST");
    }
    Path certificates = directory.resolve("contexts/tls").resolve(id).resolve("docker");
    return new EngineAddress(
        address(host, "the Docker context '" + context + "'"),
        Files.isDirectory(certificates) ? certificates.toAbsolutePath().toString() : "");
  }

  /** A context's files lie in a directory that is called by the digest of its name. */
  private static String digest(String context) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(context.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return Files.exists(file) ? JSON.readTree(Files.readAllBytes(file)) : JSON.missingNode();
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "the Docker settings in %s cannot be read: %s".formatted(file, e.getMessage()),
          "mend the file, or set DOCKER_HOST",
          e);
    }
  }

  private static URI address(String text, String origin) {
    URI host;
    try {
      host = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw noAddress(text, origin);
    }
    String scheme = String.valueOf(host.getScheme());
    if (scheme.equals("ssh")) {
      throw refused(
          "%s is '%s', and evalctl cannot ask an engine through ssh".formatted(origin, text),
          "bring its socket here and name that: ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock"
              + " USER@MACHINE, then DOCKER_HOST=unix:///tmp/engine.sock");
    }
    boolean file = scheme.equals("unix") || scheme.equals("npipe");
    boolean whole =
        file
            ? host.getAuthority() == null && host.getPath() != null && host.getPath().length() > 1
            : host.getHost() != null && host.getPort() <= GREATEST_PORT;
    if (!SCHEMES.contains(scheme) || !whole) {
      throw noAddress(text, origin);
    }
    return host;
  }

  private static EvalctlException noAddress(String text, String origin) {
    return refused(
        "%s is '%s', which is no address of an engine".formatted(origin, text),
        "write one like unix:///var/run/docker.sock or tcp://127.0.0.1:2375");
  }

  private static EvalctlException refused(String why, String hint) {
    return new EvalctlException(ErrorCode.INVALID_CONFIGURATION, why, hint);
  }

  /** Whether it is a socket file here, or a port of this machine's loopback interface. */
  boolean onThisMachine() {
    if (host.getHost() == null) {
      return true;
    }
    try {
      return InetAddress.getByName(host.getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** An environment for programs that are to find the same engine, whatever their own rules are. */
  Map<String, String> named(Map<String, String> environment) {
    Map<String, String> named = new HashMap<>(environment);
    named.remove(CONTEXT);
    named.put(HOST, host.toString());
    if (certificates.isEmpty()) {
      named.remove(TLS);
      named.remove(CERTIFICATES);
    } else {
      named.put(TLS, "1");
      named.put(CERTIFICATES, certificates);
    }
    return named;
  }
}
