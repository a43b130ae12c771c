package io.evalctl.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.Json;

/** What a run ran on, for the record: versions and the machine, never environment variables. */
public final class HostFacts {
  private HostFacts() {}

  public static ObjectNode gather() {
    BuildInfo build = BuildInfo.current();
    ObjectNode facts = Json.object();
    facts.put("evalctl", build.version());
    facts.put("commit", build.commit());
    facts.put("jdk", build.jdk());
    facts.put("jvm", System.getProperty("java.vm.name"));
    facts.put("os", System.getProperty("os.name"));
    facts.put("kernel", System.getProperty("os.version"));
    facts.put("arch", System.getProperty("os.arch"));
    facts.put("processors", Runtime.getRuntime().availableProcessors());
    return facts;
  }
}
