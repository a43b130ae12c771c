package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.EvalctlException;
import io.evalctl.sandbox.Execution;
import io.evalctl.sandbox.SandboxExecutor;
import io.evalctl.sandbox.SandboxLease;
import io.evalctl.sandbox.SandboxSource;
import io.evalctl.text.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real Python for code that the tests write themselves: confined in nothing, no timeouts. */
final class PlainPython implements SandboxSource {

  static boolean isThere() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "python3")));
  }

  @Override
  public SandboxLease acquire(Deadline deadline) {
    try (InputStream script = PlainPython.class.getResourceAsStream("plain_python.py")) {
      String program = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      Process process =
          new ProcessBuilder("python3", "-u", "-c", program)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return lease(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SandboxLease lease(Process process) {
    SandboxExecutor executor = new Executor(process);
    return new SandboxLease() {
      @Override
      public SandboxExecutor executor() {
        return executor;
      }

      @Override
      public void close() {
        process.destroyForcibly();
        process.onExit().join();
      }
    };
  }

  private static final class Executor implements SandboxExecutor {
    private final BufferedWriter in;
    private final BufferedReader out;
    private Map<String, HostFunction> functions;

    Executor(Process process) {
      in = process.outputWriter(StandardCharsets.UTF_8);
      out = process.inputReader(StandardCharsets.UTF_8);
    }

    @Override
    public void setUp(
        List<String> context, Map<String, JsonNode> variables, Map<String, HostFunction> host) {
      functions = host;
      ObjectNode message = Json.object();
      context.forEach(message.putArray("context")::add);
      message.putObject("vars").setAll(variables);
      ArrayNode names = message.putArray("functions");
      host.keySet().forEach(names::add);
      exchange(message);
    }

    @Override
    public Execution execute(String code, Duration timeout) {
      JsonNode reply = exchange(Json.object().put("code", code));
      while (reply.has("call")) {
        ObjectNode result = Json.object();
        try {
          HostFunction function = functions.get(reply.path("call").asText());
          result.set("value", function.call(reply.path("args")));
        } catch (EvalctlException e) {
          result.put("error", e.getMessage());
        }
        reply = exchange(result);
      }
      JsonNode error = reply.path("error");
      return new Execution(
          Execution.Status.valueOf(reply.path("status").asText()),
          reply.path("stdout").asText(),
          "",
          false,
          error.isNull()
              ? null
              : new Execution.ExecutionError(
                  error.get(0).asText(), error.get(1).asText(), error.get(2).asText()),
          reply.get("final"));
    }

    private JsonNode exchange(JsonNode message) {
      try {
        in.write(Json.text(message));
        in.newLine();
        in.flush();
        return Json.read(out.readLine());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
