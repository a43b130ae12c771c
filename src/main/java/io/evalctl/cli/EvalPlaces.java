package io.evalctl.cli;

import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmSettings;
import io.evalctl.sandbox.Backend;
import io.evalctl.session.EvalHost;
import io.evalctl.template.ServerChoice;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where an eval runs: database server and sandbox. */
final class EvalPlaces {
  @Option(
      names = "--pg",
      paramLabel = "embedded|env|URL",
      defaultValue = "embedded",
      description =
          "PostgreSQL server for the cases' databases: one of evalctl's own (default), that of"
              + " DATABASE_URL or PG*, or a URL without a password.")
  String pg;

  @Option(
      names = "--pg-dir",
      paramLabel = "DIR",
      description =
          "Where evalctl's own server keeps its data while it runs (default: in memory, /dev/shm,"
              + " where 4 GiB and half of it are free, else the cache; with --keep-template always"
              + " the cache).")
  Path pgDirectory;

  @Option(names = "--keep-template", description = "Keep the migrated template for later runs.")
  boolean keepTemplate;

  @Option(
      names = "--clones",
      paramLabel = "N",
      defaultValue = "2",
      description = "Databases kept ready ahead (default: ${DEFAULT-VALUE}).")
  int clones;

  @Option(
      names = "--clone-strategy",
      paramLabel = "NAME",
      description =
          "STRATEGY of CREATE DATABASE: wal_log or file_copy (default: file_copy on evalctl's own"
              + " server, else the server's).")
  String cloneStrategy;

  @Option(
      names = "--sandbox",
      paramLabel = "docker|local",
      description =
          "What confines code that a model writes (default: docker where an engine answers, else"
              + " bubblewrap).")
  String sandbox;

  @Option(
      names = "--sandbox-runtime",
      paramLabel = "NAME",
      description = "A runtime of the Docker engine, such as runsc.")
  String sandboxRuntime;

  @Option(
      names = "--sandbox-image",
      paramLabel = "NAME",
      description = "A Docker image with python3 3.9 or newer.")
  String sandboxImage;

  @Option(
      names = "--pool",
      paramLabel = "N",
      defaultValue = "2",
      description = "Sandboxes kept warm; 0: one for each query (default: ${DEFAULT-VALUE}).")
  int pool;

  /** Refuses what cannot be read before anything is done. */
  void check(CommandContext context) {
    server(context);
    backend();
  }

  EvalHost open(
      CommandContext context,
      SharedOptions shared,
      LlmSettings llm,
      Consumer<String> notes,
      Consumer<String> warnings) {
    return EvalHost.open(
        new EvalHost.Options(
            shared.resultsStore(context),
            llm,
            server(context),
            keepTemplate,
            clones,
            cloneStrategy,
            backend(),
            sandboxImage,
            sandboxRuntime,
            pool),
        context.paths(),
        notes,
        warnings,
        context.time());
  }

  private ServerChoice server(CommandContext context) {
    ServerChoice choice = ServerChoice.parse(pg, context.io().environment());
    return pgDirectory != null && choice instanceof ServerChoice.Embedded
        ? new ServerChoice.Embedded(context.io().directory().resolve(pgDirectory))
        : choice;
  }

  private Backend backend() {
    if (sandbox == null) {
      return Backend.AUTO;
    }
    return switch (sandbox) {
      case "docker" -> Backend.DOCKER;
      case "local" -> Backend.LOCAL;
      default ->
          throw EvalctlException.usage(
              "there is no sandbox '" + sandbox + "'", "sandboxes: docker, local");
    };
  }
}
