package io.evalctl.probe;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.Provider;
import io.evalctl.llm.Reachability;
import io.evalctl.llm.Redactor;
import io.evalctl.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What probes need and whether it is there: {@code {success, health{java, packages, apiKeys,
 * reachable, warnings}}}. It is looked at on first use and remembered. Thread-safe.
 */
public final class HealthCheck {
  private static final Duration ONLINE_TIMEOUT = Duration.ofSeconds(5);

  private final LlmSettings settings;
  private final String version;
  private final boolean online;
  private final TimeSource time;
  private ObjectNode known;

  /**
   * @param version evalctl's
   * @param online whether to ask the providers, which costs nothing but time
   */
  public HealthCheck(LlmSettings settings, String version, boolean online, TimeSource time) {
    this.settings = settings;
    this.version = version;
    this.online = online;
    this.time = time;
  }

  /** The health as an output object; not to be changed. */
  public synchronized ObjectNode json() {
    if (known == null) {
      Redactor redactor = settings.redactor();
      known = (ObjectNode) redactor.redact(look());
    }
    return known;
  }

  private ObjectNode look() {
    List<String> warnings = new ArrayList<>();
    ObjectNode root = Json.object().put("success", true);
    ObjectNode health = root.putObject("health");
    health.put("java", System.getProperty("java.version"));
    ObjectNode packages = health.putObject("packages");
    packages.put("evalctl", version);
    packages.put("jackson", PackageVersion.VERSION.toString());
    ObjectNode keys = health.putObject("apiKeys");
    for (Provider provider : Provider.hosted()) {
      keys.put(provider.label(), settings.hasKey(provider));
      if (!settings.hasKey(provider)) {
        warnings.add("no API key for " + provider.label());
      }
    }
    if (online) {
      ObjectNode reachable = health.putObject("reachable");
      for (Reachability.Answer answer : new Reachability(settings).ask(ONLINE_TIMEOUT, time)) {
        reachable.put(answer.provider().label(), answer.reachable());
        if (answer.problem() != null) {
          warnings.add(answer.provider().label() + ": " + answer.problem());
        }
      }
    }
    ArrayNode array = health.putArray("warnings");
    warnings.forEach(array::add);
    return root;
  }
}
