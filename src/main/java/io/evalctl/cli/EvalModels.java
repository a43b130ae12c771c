package io.evalctl.cli;

import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How an eval's models and judges are asked. */
final class EvalModels {
  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description = "Where the provider's API is, with or without /v1.")
  String baseUrl;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Append every call to a model and its outcome to this file.")
  Path record;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = "Answer from a record instead of asking any model.")
  Path replay;

  /**
   * @param base against which the files of mocks are resolved; those of the options are against the
   *     directory that evalctl runs in
   * @param recording what to answer from when no option says otherwise, or null
   */
  LlmSettings settings(CommandContext context, Path base, Path recording) {
    if (record != null && replay != null) {
      throw EvalctlException.usage("--record and --replay exclude each other", null);
    }
    Path played = record == null ? recording : null;
    return new LlmSettings(
        context.io().environment(),
        base,
        baseUrl,
        record == null ? null : context.io().directory().resolve(record),
        replay == null ? played : context.io().directory().resolve(replay));
  }
}
