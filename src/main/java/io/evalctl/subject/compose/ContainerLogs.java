package io.evalctl.subject.compose;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What containers print. Thread-safe. */
record ContainerLogs(DockerEngine engine) {
  private static final int LIMIT_SECONDS = 10;

  /** The last line that is not blank; empty when there is none, or no container. */
  String lastWords(String container) {
    StringBuilder text = new StringBuilder();
    read(
        container,
        5,
        new ResultCallback.Adapter<>() {
          @Override
          public void onNext(Frame frame) {
            text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
          }
        });
    return text.toString().lines().filter(line -> !line.isBlank()).reduce("", (a, b) -> b).strip();
  }

  /**
   * What the nodes that are down said last, to go on with a message.
   *
   * @param containers the container's name for each node
   */
  String lastWords(HealthSample sample, Map<String, String> containers) {
    StringBuilder message = new StringBuilder();
    sample
        .nodes()
        .forEach(
            (node, health) -> {
              String words = health.status() == Status.DOWN ? lastWords(containers.get(node)) : "";
              if (!words.isEmpty()) {
                message.append("; the log of ").append(node).append(" says: ").append(words);
              }
            });
    return message.toString();
  }

  /**
   * Writes all that these containers have printed, a file for each.
   *
   * @throws EvalctlException FILE_UNWRITABLE
   */
  void saveAll(List<ContainerLook> containers, Path directory) {
    try {
      Files.createDirectories(directory);
      for (ContainerLook container : containers) {
        save(container.name(), directory.resolve(container.name() + ".log"));
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "cannot keep the logs in " + directory + ": " + e, null, e);
    }
  }

  private void save(String container, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      read(
          container,
          -1,
          new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
              try {
                out.write(frame.getPayload());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          });
    }
  }

  private void read(String container, int tail, ResultCallback.Adapter<Frame> reader) {
    try (reader) {
      var command = engine.client().logContainerCmd(container).withStdOut(true).withStdErr(true);
      (tail < 0 ? command.withTailAll() : command.withTail(tail))
          .exec(reader)
          .awaitCompletion(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (DockerException | IOException e) {
      // no container, no words
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
