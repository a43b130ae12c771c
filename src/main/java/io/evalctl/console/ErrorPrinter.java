package io.evalctl.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.error.ErrorKind;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmSettings;
import io.evalctl.probe.ProbeFailure;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Prints the error that a command ends with. */
public final class ErrorPrinter {
  /** What it is printed as. */
  public enum Form {
    /** One clear line and a hint, on stderr. */
    TEXT,
    /** One JSON object on stdout. */
    JSON,
    /** The output object of a probe on stdout, whose exit code for all failures is 3. */
    PROBE
  }

  private final Io io;
  private final Style style;
  private final Form form;
  private final boolean debug;

  /**
   * @param color what --color says, as far as it can be read before the command line is parsed
   */
  public ErrorPrinter(Io io, ColorMode color, Form form, boolean debug) {
    this(io, new Style(color.enabled(io.errTerminal(), io.environment())), form, debug);
  }

  private ErrorPrinter(Io io, Style style, Form form, boolean debug) {
    this.io = io;
    this.style = style;
    this.form = form;
    this.debug = debug;
  }

  /** The same, with the environment that the command sees, in which there may be more keys. */
  public ErrorPrinter with(Io changed) {
    return new ErrorPrinter(changed, style, form, debug);
  }

  /** Returns the exit code. */
  public int print(EvalctlException error) {
    int exitCode = error.code().kind().exitCode();
    switch (form) {
      case TEXT -> printText(error);
      case JSON -> printJson(error);
      case PROBE -> {
        io.out().println(ProbeFailure.json(error, io.environment()));
        exitCode = probeExitCode(error.code().kind());
      }
    }
    if (debug) {
      io.err().print(LlmSettings.of(io.environment()).redactor().redact(trace(error)));
      io.err().flush();
    }
    return exitCode;
  }

  static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }

  private void printText(EvalctlException error) {
    io.err().println(style.bad("evalctl: ") + error.getMessage());
    if (error.hint() != null) {
      io.err().println("  hint: " + error.hint());
    }
  }

  private void printJson(EvalctlException error) {
    ObjectNode document = new ObjectMapper().createObjectNode().put("schemaVersion", 1);
    document
        .putObject("error")
        .put("code", error.code().name())
        .put("message", error.getMessage())
        .put("hint", error.hint());
    io.out().println(document);
  }

  private static int probeExitCode(ErrorKind kind) {
    return switch (kind) {
      case USAGE, INTERRUPTED, TERMINATED -> kind.exitCode();
      case INTERNAL, FAILED, ENVIRONMENT, LIMIT, PARTIAL -> ErrorKind.FAILED.exitCode();
    };
  }
}
