package io.evalctl.subject.compose;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.evalctl.docker.DockerEngine;
import io.evalctl.question.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs in nodes' containers. Thread-safe. */
final class ContainerExec {
  private static final int MOST_OUTPUT = 1 << 20;

  private final DockerEngine engine;
  private final Map<String, String> containers;

  /**
   * @param containers the container's name for each node
   */
  ContainerExec(DockerEngine engine, Map<String, String> containers) {
    this.engine = engine;
    this.containers = containers;
  }

  /** Runs one and waits for it; blocks. What it prints on standard output is the answer's body. */
  Answer run(String node, List<String> command, Duration timeout) {
    try (Output output = new Output()) {
      String id =
          engine
              .client()
              .execCreateCmd(containers.get(node))
              .withCmd(command.toArray(String[]::new))
              .withAttachStdout(true)
              .withAttachStderr(true)
              .exec()
              .getId();
      engine.client().execStartCmd(id).exec(output);
      if (!output.awaitCompletion(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return new Answer.Missing("no answer");
      }
      Long exitCode = engine.client().inspectExecCmd(id).exec().getExitCodeLong();
      return exitCode == null
          ? new Answer.Missing("no exit code")
          : Answer.Given.exit(exitCode.intValue(), output.text());
    } catch (NotFoundException | ConflictException e) {
      return new Answer.Refused("container does not run");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Missing("given up");
    } catch (Exception e) {
      return new Answer.Missing("the engine does not run it: " + e.getMessage());
    }
  }

  private static final class Output extends ResultCallback.Adapter<Frame> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void onNext(Frame frame) {
      synchronized (bytes) {
        if (frame.getStreamType() != StreamType.STDERR && bytes.size() < MOST_OUTPUT) {
          bytes.writeBytes(frame.getPayload());
        }
      }
    }

    String text() {
      synchronized (bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
      }
    }
  }
}
