package io.evalctl.cli;

import io.evalctl.clock.Durations;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmSettings;
import io.evalctl.probe.ProbeRunner;
import io.evalctl.session.ProbeHost;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code evalctl probe}. */
final class ProbeOptions {
  private static final int MAX_JOBS = 1024;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|-",
      defaultValue = "-",
      description = "The probe's input, JSON (default: standard input).")
  String file;

  @Option(
      names = "--model",
      paramLabel = "SPEC",
      description = "Ask this model instead of the input's: PROVIDER:MODEL or a known name.")
  String model;

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description = "Where the provider's API is, with or without /v1.")
  String baseUrl;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "For a probe with all turns and retries (default: 300s).")
  String timeout;

  @Option(
      names = "--batch",
      paramLabel = "FILE",
      description = "Run every line of this JSONL file.")
  Path batch;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the answers of a batch go (default: standard output).")
  Path out;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "8",
      description = "Most probes of a batch at a time (default: ${DEFAULT-VALUE}).")
  int jobs;

  @Option(names = "--resume", description = "Keep the answers in --out and run only what has none.")
  boolean resume;

  @Option(
      names = "--retry-failed",
      description = "With --resume, run those again, too, that failed where another try can help.")
  boolean retryFailed;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Append every call and its outcome to this file.")
  Path record;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = "Answer from a record instead of asking anybody.")
  Path replay;

  @Option(names = "--save", description = "Keep transcripts in the results store.")
  boolean save;

  @Option(names = "--exit-zero", description = "Exit 0 when a probe fails, too.")
  boolean exitZero;

  @Option(names = "--health", description = "Tell whether probes can run, and exit.")
  boolean health;

  @Option(names = "--online", description = "With --health, ask the providers, too.")
  boolean online;

  /** Refuses what does not go together. */
  void check(boolean dryRun) {
    refuse(online && !health, "--online goes with --health only");
    refuse(batch == null && (out != null || resume), "--out and --resume go with --batch only");
    refuse(retryFailed && !resume, "--retry-failed goes with --resume only");
    refuse(resume && out == null, "--resume needs --out, where the answers are");
    refuse(batch != null && !file.equals("-"), "--batch takes the place of FILE");
    refuse(batch != null && dryRun, "--dry-run looks at a single probe, not at a batch");
    refuse(online && dryRun, "--dry-run asks nobody, and --online asks the providers");
    refuse(record != null && replay != null, "--record and --replay exclude each other");
    refuse(jobs < 1 || jobs > MAX_JOBS, "--jobs must be from 1 to " + MAX_JOBS);
    refuse(timeout().isZero(), "--timeout must be longer than that");
  }

  LlmSettings llm(CommandContext context) {
    return new LlmSettings(
        context.io().environment(),
        context.io().directory(),
        baseUrl,
        record == null ? null : resolve(context, record),
        replay == null ? null : resolve(context, replay));
  }

  ProbeHost host(CommandContext context, SharedOptions shared) {
    return ProbeHost.open(
        llm(context),
        model,
        timeout(),
        save && !shared.dryRun ? shared.resultsStore(context) : null,
        shared.verbose ? context.io().err() : null,
        context.time());
  }

  Path resolve(CommandContext context, Path path) {
    return context.io().directory().resolve(path);
  }

  private Duration timeout() {
    return timeout == null ? ProbeRunner.DEFAULT_TIMEOUT : Durations.parse("--timeout", timeout);
  }

  private static void refuse(boolean wrong, String message) {
    if (wrong) {
      throw EvalctlException.usage(message, "see evalctl probe --help");
    }
  }
}
