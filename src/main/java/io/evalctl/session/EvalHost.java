package io.evalctl.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.eval.EvalResources;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmSettings;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.sandbox.Backend;
import io.evalctl.sandbox.ContainerPool;
import io.evalctl.sandbox.SandboxSettings;
import io.evalctl.sandbox.Sandboxes;
import io.evalctl.template.ServerChoice;
import io.evalctl.template.TemplateDatabase;
import io.evalctl.template.TemplateOptions;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/** What evals stand on: models, and a session with its databases and containers. */
public final class EvalHost implements AutoCloseable {
  /**
   * What was asked for.
   *
   * @param cloneStrategy or null for the server's
   * @param sandboxImage or null for the default
   * @param sandboxRuntime of the Docker engine, or null for its default
   * @param pool warm sandboxes; 0 for one of its own for each query
   */
  public record Options(
      Path resultsStore,
      LlmSettings llm,
      ServerChoice server,
      boolean keepTemplate,
      int clones,
      String cloneStrategy,
      Backend sandbox,
      String sandboxImage,
      String sandboxRuntime,
      int pool) {}

  private final ChatModels models;
  private final Session session;
  private final String runId;
  private final RunDirectory directory;
  private final EvalRegistry registry;
  private final EvalResources resources;

  private EvalHost(ChatModels models, Session session, String runId, EvalRegistry registry) {
    this.models = models;
    this.session = session;
    this.runId = runId;
    this.registry = registry;
    registry.enter(runId, RunDirectory.of(runId).path());
    this.directory = RunDirectory.create(runId);
    this.resources =
        new EvalResources(
            runId,
            models,
            session::templateDatabase,
            session::containerPool,
            directory.path(),
            traces(session.results().file()),
            this::facts);
  }

  /** Opens the results store; everything else when it is needed. */
  public static EvalHost open(
      Options options,
      Paths paths,
      Consumer<String> notes,
      Consumer<String> warnings,
      TimeSource time) {
    String runId = UUID.randomUUID().toString().substring(0, 8);
    Session session =
        Session.of(
            options.resultsStore(),
            () ->
                TemplateDatabase.open(
                    options.server(),
                    new TemplateOptions(
                        options.keepTemplate(),
                        options.clones(),
                        options.cloneStrategy(),
                        runId,
                        paths.state(),
                        paths.cache()),
                    new TemplateNotes(notes, warnings),
                    time),
            () ->
                Sandboxes.open(
                    SandboxSettings.of(options.sandbox(), options.pool(), runId)
                        .withImage(options.sandboxImage())
                        .withRuntime(options.sandboxRuntime()),
                    options.llm().environment(),
                    notes::accept,
                    time));
    session.results().evalRuns().closeAbandoned();
    EvalRegistry registry = new EvalRegistry(paths, time);
    registry.clearDead().forEach(notes);
    return new EvalHost(
        new ChatModels(options.llm(), time, new Random(), CallListener.NONE),
        session,
        runId,
        registry);
  }

  /** Beside the store whose runs they belong to: run 1 of another store is another run. */
  private static Path traces(Path resultsStore) {
    return resultsStore.resolveSibling(resultsStore.getFileName() + "-traces");
  }

  public ResultsStore store() {
    return session.results();
  }

  public EvalResources resources() {
    return resources;
  }

  /** What is known of the parts that are open: part of a run's environment. */
  private ObjectNode facts() {
    ObjectNode facts = Json.object();
    session
        .openTemplateDatabase()
        .map(TemplateDatabase::facts)
        .ifPresent(
            server ->
                facts
                    .putObject("postgres")
                    .put("kind", server.kind())
                    .put("version", server.version())
                    .put("locale", server.locale()));
    session
        .openContainerPool()
        .map(ContainerPool::description)
        .ifPresent(sandbox -> facts.put("sandbox", sandbox));
    return facts;
  }

  @Override
  public void close() {
    try {
      session.close();
    } finally {
      models.close();
      directory.remove();
      registry.leave(runId);
    }
  }
}
