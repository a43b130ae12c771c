package io.evalctl.sandbox;

import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.Objects;

/**
 * How sandboxes are made.
 *
 * @param image the Docker image, or null: {@code python:3.13-slim}, or what {@code
 *     scripts/sandbox-image} builds where only that is there
 * @param runtime a runtime of the Docker engine such as {@code runsc}, or null for its default
 * @param poolSize how many are kept warm; 0: one is made for each query, and ended with it
 * @param maxSize how many there may be at the same time
 * @param memoryBytes memory, with swap, that a sandbox may take
 * @param storageBytes what may be in its directory, and again in its temporary directory
 * @param processes how many processes it may have
 * @param cpus how many processors' time it may take; Docker only
 * @param grace how long past its time a sandbox may be silent before it counts as lost
 * @param runId the run that it belongs to, for the labels
 */
public record SandboxSettings(
    Backend backend,
    String image,
    String runtime,
    int poolSize,
    int maxSize,
    long memoryBytes,
    long storageBytes,
    int processes,
    double cpus,
    Duration grace,
    String runId) {
  private static final long MIB = 1 << 20;

  public SandboxSettings {
    Objects.requireNonNull(backend);
    Objects.requireNonNull(grace);
    Objects.requireNonNull(runId);
    if (poolSize < 0 || poolSize > 100) {
      throw EvalctlException.usage("a pool of " + poolSize + " sandboxes", "0 to 100 can be kept");
    }
    if (maxSize < Math.max(1, poolSize)) {
      throw EvalctlException.usage(
          "at most %d sandboxes with a pool of %d".formatted(maxSize, poolSize), null);
    }
    if (memoryBytes < 64 * MIB || storageBytes < MIB || processes < 4 || cpus <= 0) {
      throw EvalctlException.usage(
          "a sandbox with %d bytes of memory, %d of storage, %d processes and %s processors"
              .formatted(memoryBytes, storageBytes, processes, cpus),
          "the least is 64 MiB, 1 MiB and 4 processes");
    }
  }

  /** The usual: 512 MiB of memory, 64 MiB of storage, 64 processes, one processor. */
  public static SandboxSettings of(Backend backend, int poolSize, String runId) {
    return new SandboxSettings(
        backend,
        null,
        null,
        poolSize,
        Math.max(4, 2 * poolSize),
        512 * MIB,
        64 * MIB,
        64,
        1,
        Duration.ofSeconds(5),
        runId);
  }

  public SandboxSettings withImage(String name) {
    return new SandboxSettings(
        backend,
        name,
        runtime,
        poolSize,
        maxSize,
        memoryBytes,
        storageBytes,
        processes,
        cpus,
        grace,
        runId);
  }

  public SandboxSettings withRuntime(String name) {
    return new SandboxSettings(
        backend,
        image,
        name,
        poolSize,
        maxSize,
        memoryBytes,
        storageBytes,
        processes,
        cpus,
        grace,
        runId);
  }

  public SandboxSettings withMaxSize(int size) {
    return new SandboxSettings(
        backend,
        image,
        runtime,
        poolSize,
        size,
        memoryBytes,
        storageBytes,
        processes,
        cpus,
        grace,
        runId);
  }

  public SandboxSettings withGrace(Duration length) {
    return new SandboxSettings(
        backend,
        image,
        runtime,
        poolSize,
        maxSize,
        memoryBytes,
        storageBytes,
        processes,
        cpus,
        length,
        runId);
  }
}
