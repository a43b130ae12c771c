package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.docker.AbandonedContainers;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Undoes faults in containers whose evalctl is gone, by what the journal or a claim tells of them.
 * What is undone already is only looked at. One thread uses it.
 */
public final class ComposeFaultRecovery implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int AT_ONCE = 4;

  private final Path claims;
  private final Map<String, String> environment;
  private final TimeSource time;
  private final Map<String, DockerEngine> engines = new HashMap<>();

  /**
   * A fault that may still be in place.
   *
   * @param id the journal's number, or 0
   */
  public record OpenFault(long id, ChaosType type, JsonNode metadata) {}

  /**
   * What became of one.
   *
   * @param note what is to be known of the undo, or null; says whether the state after is that
   *     before
   * @param failure why it could not be undone, or null
   */
  public record Recovered(OpenFault fault, String note, EvalctlException failure) {}

  /**
   * @param claims the directory of the claims; it need not exist
   * @param environment how the engine is reached where a fault's metadata does not say it
   */
  public ComposeFaultRecovery(Path claims, Map<String, String> environment, TimeSource time) {
    this.claims = claims;
    this.environment = Map.copyOf(environment);
    this.time = time;
  }

  /** Whether a fault was made by {@link ComposeFaults}. */
  public static boolean owns(JsonNode metadata) {
    return metadata.path("injector").asText().equals(FaultSite.INJECTOR);
  }

  /** Faults of dead evalctl that a claim tells of, whether the journal knows them or not. */
  public List<OpenFault> abandonedClaims() {
    return Claim.abandoned(claims).stream()
        .map(claim -> new OpenFault(0, claim.type(), claim.metadata()))
        .toList();
  }

  /** One line of what {@link #recover} would look at. */
  public static String describe(OpenFault fault) {
    List<String> where = new ArrayList<>();
    Struck.all(fault.metadata())
        .forEach(struck -> where.add("%s (%s)".formatted(struck.name(), struck.node())));
    return "undo %s of run %s in %s"
        .formatted(fault.type(), fault.metadata().path("run").asText(), String.join(", ", where));
  }

  /**
   * Undoes them all, those in one container one after the other and the newest first. One that
   * cannot be undone keeps none of the others from it.
   */
  public List<Recovered> recover(List<OpenFault> faults) {
    Map<String, List<OpenFault>> groups = new LinkedHashMap<>();
    faults.stream()
        .sorted(Comparator.comparingLong(OpenFault::id).reversed())
        .forEach(
            fault ->
                groups
                    .computeIfAbsent(
                        Struck.all(fault.metadata()).stream()
                            .findFirst()
                            .map(Struck::name)
                            .orElse(""),
                        name -> new ArrayList<>())
                    .add(fault));
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<List<Recovered>>> running = new ArrayList<>();
      for (List<OpenFault> group : groups.values()) {
        running.add(workers.submit(() -> group.stream().map(this::recover).toList()));
      }
      List<Recovered> all = new ArrayList<>();
      for (Future<List<Recovered>> each : running) {
        all.addAll(each.get());
      }
      return all;
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("undoing faults");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e);
    } finally {
      workers.shutdownNow();
    }
  }

  private Recovered recover(OpenFault fault) {
    try {
      return new Recovered(fault, undo(fault).orElse(null), null);
    } catch (EvalctlException e) {
      return new Recovered(fault, null, e);
    }
  }

  private Optional<String> undo(OpenFault fault) {
    JsonNode metadata = fault.metadata();
    DockerEngine engine = engine(metadata.path("engine").asText());
    FaultFamilies families =
        new FaultFamilies(
            engine,
            HostAccess.of(engine),
            metadata.path("toolsImage").asText(null),
            metadata.path("run").asText(),
            time);
    endInjection(engine, metadata);
    FaultFamilies.Fate fate = families.fate(fault.type(), metadata);
    families.undo(fault.type(), metadata);
    Waiter.until(
        "the end of " + fault.type(),
        Deadline.in(LIMIT, time),
        LOOK,
        () -> families.gone(fault.type(), metadata));
    new DeadMan(claims, LIMIT, time).disarm(metadata.path("tag").asText());
    return families.note(fate, fault.type(), metadata);
  }

  /** Scripts outlive an evalctl that is killed, and could go on with the fault after its undo. */
  private void endInjection(DockerEngine engine, JsonNode metadata) {
    NamespaceShell.endAbandoned(metadata.path("run").asText(), time);
    if (metadata.has("toolsImage")) {
      removeTools(engine);
    }
  }

  /**
   * Undoes the fault of one claim and removes the claim. Does nothing when the claim is gone.
   *
   * @throws EvalctlException when it cannot be undone; the claim then stays
   */
  public void undoClaim(Path file) {
    Optional<Claim> claim = Claim.read(file);
    if (claim.isPresent()) {
      undo(new OpenFault(0, claim.get().type(), claim.get().metadata()));
      Claim.remove(file);
    }
  }

  /** Removes containers with tools that an evalctl which was killed has left at an engine. */
  public void removeTools(JsonNode metadata) {
    removeTools(engine(metadata.path("engine").asText()));
  }

  private void removeTools(DockerEngine engine) {
    AbandonedContainers abandoned = new AbandonedContainers(engine);
    abandoned
        .find(ToolsContainer.KIND)
        .forEach(container -> abandoned.remove(container, Deadline.in(LIMIT, time)));
  }

  private synchronized DockerEngine engine(String host) {
    return engines.computeIfAbsent(
        host,
        address ->
            address.isEmpty()
                ? DockerEngine.connect(environment)
                : DockerEngine.connect(environment, address));
  }

  @Override
  public void close() {
    engines.values().forEach(DockerEngine::close);
    engines.clear();
  }
}
