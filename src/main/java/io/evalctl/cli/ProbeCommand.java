package io.evalctl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.console.BatchConsole;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.ErrorKind;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.probe.BatchListener;
import io.evalctl.probe.BatchProgress;
import io.evalctl.probe.BatchRunner;
import io.evalctl.probe.BoundedInput;
import io.evalctl.probe.HealthCheck;
import io.evalctl.probe.ProbeResult;
import io.evalctl.probe.ProbeRunner;
import io.evalctl.session.BuildInfo;
import io.evalctl.session.ProbeHost;
import io.evalctl.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code evalctl probe}: JSON in, exactly one JSON object out. */
@Command(name = "probe", sortOptions = false, abbreviateSynopsis = true)
final class ProbeCommand implements Callable<Integer> {
  private final CommandContext context;
  @Mixin ProbeOptions options;
  @Mixin SharedOptions shared;

  /** Whether stdout has its one object. */
  private boolean answered;

  ProbeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    options.check(shared.dryRun);
    if (options.health) {
      print(
          new HealthCheck(
                  options.llm(context),
                  BuildInfo.current().version(),
                  options.online,
                  context.time())
              .json());
      return 0;
    }
    Interruption.Words words =
        options.batch == null ? Interruption.Words.PROBE : Interruption.Words.BATCH;
    try (Interruption interruption = Interruption.install(context, words)) {
      return run(interruption);
    } catch (EvalctlException e) {
      if (!answered) {
        throw e;
      }
      // The one object is out already; what went wrong after it is for people.
      context.io().err().println("evalctl: " + e.getMessage());
      return ErrorKind.FAILED.exitCode();
    }
  }

  private int run(Interruption interruption) {
    try (ProbeHost host = options.host(context, shared)) {
      return options.batch == null ? single(host.runner(), interruption) : batch(host.runner());
    } catch (RuntimeException e) {
      throw interruption.explain(e);
    }
  }

  private int single(ProbeRunner runner, Interruption interruption) {
    ProbeResult result;
    try {
      Optional<byte[]> json = read();
      result =
          json.isEmpty()
              ? runner.failed(BoundedInput.tooLarge())
              : shared.dryRun ? runner.check(json.get()) : runner.run(json.get());
    } catch (IOException | InvalidPathException e) {
      result =
          runner.failed(
              LlmError.of(
                  LlmErrorCode.VALIDATION_ERROR,
                  "cannot read %s: %s".formatted(options.file, BoundedInput.reason(e)),
                  "give a file that holds a probe's JSON, or - for standard input"));
    }
    answered = true;
    print(result.json());
    return result.outcome() == ProbeResult.Outcome.SUCCEEDED
        ? 0
        : interruption.exitCode().orElse(failed());
  }

  private Optional<byte[]> read() throws IOException {
    if (options.file.equals("-")) {
      return BoundedInput.read(context.io().in());
    }
    try (InputStream in = Files.newInputStream(options.resolve(context, Path.of(options.file)))) {
      return BoundedInput.read(in);
    }
  }

  private int batch(ProbeRunner probes) {
    boolean silent = shared.quiet || shared.verbose;
    BatchConsole console = new BatchConsole(context.io(), context.time());
    BatchRunner runner =
        new BatchRunner(
            probes, options.jobs, silent ? BatchListener.NONE : console, context.time());
    Path in = options.resolve(context, options.batch);
    BatchProgress end =
        options.out == null
            ? runner.run(in, this::print)
            : runner.run(
                in, options.resolve(context, options.out), options.resume, options.retryFailed);
    if (!silent) {
      console.finished(end);
    }
    if (options.out != null) {
      answered = true;
      print(end.json(options.out.toString()));
    }
    return end.failed() == 0 ? 0 : failed();
  }

  private int failed() {
    return options.exitZero ? 0 : ErrorKind.FAILED.exitCode();
  }

  private void print(JsonNode json) {
    context.io().out().println(Json.text(json));
    if (context.io().out().checkError()) {
      throw new EvalctlException(ErrorCode.FILE_UNWRITABLE, "stdout takes no more", null);
    }
  }
}
