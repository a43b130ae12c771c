package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;
import io.evalctl.docker.Attachment;
import io.evalctl.docker.ContainerRemoval;
import io.evalctl.docker.DockerEngine;
import java.io.OutputStream;

/** A container that runs. Thread-safe as {@link SandboxProcess} asks. */
final class DockerSandbox implements SandboxProcess {
  private final DockerEngine engine;
  private final String id;
  private final QueuedInput input;
  private final OutputStream writer;
  private final Attachment output;

  DockerSandbox(DockerEngine engine, String id, QueuedInput input, Attachment output) {
    this.engine = engine;
    this.id = id;
    this.input = input;
    this.writer = input.writer();
    this.output = output;
  }

  /** A container's, as the docker command shows it. */
  static String name(String id) {
    return id.substring(0, 12);
  }

  @Override
  public String name() {
    return name(id);
  }

  @Override
  public OutputStream input() {
    return writer;
  }

  @Override
  public String lastWords() {
    return output.errors();
  }

  @Override
  public void kill(Deadline deadline) {
    try {
      ContainerRemoval.remove(engine, id, deadline);
    } finally {
      input.close();
      output.close();
    }
  }
}
