package io.evalctl.results;

import java.nio.file.Path;

/**
 * Everything that was measured: one SQLite file. Each trial is committed before the next starts, so
 * that a process killed at any instant leaves every finished one, once. Thread-safe; two processes
 * may share a file.
 */
public final class ResultsStore implements AutoCloseable {
  private final Path file;
  private final Sql sql;

  private ResultsStore(Path file, Sql sql) {
    this.file = file;
    this.sql = sql;
  }

  /**
   * Opens a store, making and migrating it where needed.
   *
   * @throws io.evalctl.error.EvalctlException RESULTS_FOREIGN, RESULTS_NEWER, RESULTS_CORRUPT (the
   *     file is left untouched), RESULTS_BUSY, FILE_UNREADABLE or FILE_UNWRITABLE
   */
  public static ResultsStore open(Path file) {
    return new ResultsStore(file, new Sql(file, StoreFile.open(file)));
  }

  /**
   * Opens a store that is there to read it alone; it may be where nothing can be written, and stays
   * as it is.
   *
   * @throws io.evalctl.error.EvalctlException FILE_UNREADABLE when there is none, and what {@link
   *     #open} throws
   */
  public static ResultsStore read(Path file) {
    return new ResultsStore(file, new Sql(file, StoreReading.open(file)));
  }

  public Path file() {
    return file;
  }

  public CampaignTable campaigns() {
    return new CampaignTable(sql);
  }

  public TrialTable trials() {
    return new TrialTable(sql);
  }

  public EvalRunTable evalRuns() {
    return new EvalRunTable(sql);
  }

  public EvalSampleTable evalSamples() {
    return new EvalSampleTable(sql);
  }

  public TranscriptTable transcripts() {
    return new TranscriptTable(sql);
  }

  public ChaosJournalTable journal() {
    return new ChaosJournalTable(sql);
  }

  @Override
  public void close() {
    sql.close();
  }
}
