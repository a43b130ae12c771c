package io.evalctl.session;

import io.evalctl.clock.TimeSource;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmSettings;
import io.evalctl.probe.ProbeListener;
import io.evalctl.probe.ProbeLog;
import io.evalctl.probe.ProbeRunner;
import io.evalctl.probe.TranscriptStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** What a run of probes stands on: the models, the session when transcripts are kept, the log. */
public final class ProbeHost implements AutoCloseable {
  private final ChatModels models;
  private final Session session;
  private final ProbeRunner runner;

  private ProbeHost(ChatModels models, Session session, ProbeRunner runner) {
    this.models = models;
    this.session = session;
    this.runner = runner;
  }

  /**
   * @param model asked instead of the inputs' models, or null
   * @param resultsStore where transcripts are kept, or null; it is opened at once, so that nothing
   *     is paid for that cannot be kept
   * @param log where structured logs go, or null
   */
  public static ProbeHost open(
      LlmSettings settings,
      String model,
      Duration timeout,
      Path resultsStore,
      PrintStream log,
      TimeSource time) {
    ProbeLog events = log == null ? null : new ProbeLog(log, settings.redactor(), time);
    Session session = resultsStore == null ? null : Session.withResults(resultsStore);
    TranscriptStore store = session == null ? null : session.results().transcripts()::save;
    ChatModels models =
        new ChatModels(settings, time, new Random(), events == null ? CallListener.NONE : events);
    ProbeRunner runner =
        new ProbeRunner(
            models, model, timeout, store, events == null ? ProbeListener.NONE : events, time);
    return new ProbeHost(models, session, runner);
  }

  public ProbeRunner runner() {
    return runner;
  }

  @Override
  public void close() {
    models.close();
    if (session != null) {
      session.close();
    }
  }
}
