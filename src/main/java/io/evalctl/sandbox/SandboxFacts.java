package io.evalctl.sandbox;

import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What this machine has for sandboxes. Stateless. */
public final class SandboxFacts {
  /**
   * One thing looked at.
   *
   * @param topic the engine, the image, python3, bubblewrap
   */
  public record Fact(String topic, boolean present, String detail) {}

  private SandboxFacts() {}

  /** Looks; pulls nothing and starts no sandbox. */
  public static List<Fact> gather(Map<String, String> environment, TimeSource time) {
    List<Fact> facts = new ArrayList<>();
    try (DockerEngine engine = DockerEngine.connect(environment)) {
      facts.add(
          new Fact(
              "docker engine",
              true,
              "%s, API %s, at %s"
                  .formatted(engine.serverVersion(), engine.apiVersion(), engine.host())));
      facts.add(image(engine));
    } catch (EvalctlException e) {
      String hint = e.hint() == null ? "" : "; " + e.hint();
      facts.add(new Fact("docker engine", false, e.getMessage() + hint + "; sandboxes are local"));
    }
    try {
      PythonInstallation python = PythonInstallation.find(environment, LocalUser.current(), time);
      String passedOver = String.join("; ", python.passedOver());
      facts.add(
          new Fact(
              "python3",
              true,
              python.version()
                  + " at "
                  + python.executable()
                  + (passedOver.isEmpty() ? "" : "; " + passedOver)));
    } catch (EvalctlException e) {
      facts.add(new Fact("python3", false, e.getMessage()));
    }
    facts.add(
        LocalBackend.bubblewrap(environment)
            .map(path -> new Fact("bubblewrap", true, path.toString()))
            .orElse(new Fact("bubblewrap", false, "not found; needed for local sandboxes")));
    return facts;
  }

  private static Fact image(DockerEngine engine) {
    for (String name : List.of(SandboxImage.DEFAULT, SandboxImage.LOCAL)) {
      if (SandboxImage.present(engine, name).isPresent()) {
        return new Fact("sandbox image", true, name);
      }
    }
    return new Fact(
        "sandbox image",
        false,
        "neither %s nor %s is there; the first is pulled when needed"
            .formatted(SandboxImage.DEFAULT, SandboxImage.LOCAL));
  }
}
