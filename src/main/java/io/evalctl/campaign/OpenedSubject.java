package io.evalctl.campaign;

import io.evalctl.subject.EvalSubject;
import java.nio.file.Path;

/**
 * A subject that is there for one run.
 *
 * @param runId also the value of {@link #RUN_MARKER} in the environment of every operator
 * @param runDirectory a directory of the run's own
 * @param ending ends the subject, removes the directory; can be repeated
 */
public record OpenedSubject(EvalSubject subject, String runId, Path runDirectory, Runnable ending)
    implements AutoCloseable {
  /** By it the operators of a run whose evalctl was killed are found. */
  public static final String RUN_MARKER = "EVALCTL_RUN_ID";

  /** Ends it wholly, also in an interrupted thread. */
  @Override
  public void close() {
    Cleanup cleanup = new Cleanup();
    cleanup.add(ending);
    cleanup.run();
  }
}
