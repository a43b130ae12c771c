package io.evalctl.llm;

import io.evalctl.clock.TimeSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Gives out models: over HTTP with retries, from a mock file, or from a record. Models of one
 * provider share its limits. Thread-safe.
 */
public final class ChatModels implements AutoCloseable {
  private final LlmSettings settings;
  private final TimeSource time;
  private final RandomGenerator random;
  private final CallListener listener;
  private final Redactor redactor;
  private final Map<String, ChatModel> models = new ConcurrentHashMap<>();
  private final Map<Provider, ProviderGate> gates = new ConcurrentHashMap<>();
  private HttpTransport transport;
  private JsonLines record;
  private Tape replay;

  /**
   * Opens nothing yet.
   *
   * @param random for the jitter of retries; thread-safe where models are used by several threads
   */
  public ChatModels(
      LlmSettings settings, TimeSource time, RandomGenerator random, CallListener listener) {
    this.settings = settings;
    this.time = time;
    this.random = random;
    this.listener = listener;
    this.redactor = settings.redactor();
  }

  /**
   * The model of this name.
   *
   * @throws LlmException {@code UNSUPPORTED_PROVIDER}, {@code MISSING_API_KEY}, {@code AUTH_ERROR},
   *     {@code NOT_FOUND} or {@code VALIDATION_ERROR} when it cannot be called at all
   * @throws io.evalctl.error.EvalctlException when the record cannot be written
   */
  public ChatModel model(ModelId id) {
    return model(id, null);
  }

  /**
   * As {@link #model(ModelId)}, for one of several occasions on which the same may be asked: a
   * record keeps their answers apart, so that a repetition never gets another one's answer.
   *
   * @param occasion what tells it apart, or null
   */
  public ChatModel model(ModelId id, String occasion) {
    if (settings.replay() != null) {
      return new ReplayingChatModel(id, occasion, tape());
    }
    ChatModel model = models.computeIfAbsent(id.toString(), name -> make(id));
    return settings.record() == null
        ? model
        : new RecordingChatModel(model, occasion, record(), redactor);
  }

  /** Cleans strings of this process's keys. */
  public Redactor redactor() {
    return redactor;
  }

  /** Closes the record. */
  @Override
  public synchronized void close() {
    if (record != null) {
      record.close();
    }
    if (transport != null) {
      transport.close();
    }
  }

  private ChatModel make(ModelId id) {
    return new RetryingChatModel(
        new YieldingChatModel(once(id), listener), gate(id), time, random, listener);
  }

  private synchronized Tape tape() {
    if (replay == null) {
      replay = Tape.read(settings.replay());
    }
    return replay;
  }

  private synchronized JsonLines record() {
    if (record == null) {
      record = JsonLines.open(settings.record());
    }
    return record;
  }

  private ChatModel once(ModelId id) {
    return id.provider() == Provider.MOCK
        ? new MockChatModel(id, MockScript.read(mockFile(id.model())))
        : new HttpChatModel(id, settings.endpoint(id.provider()), transport(), redactor, time);
  }

  private Path mockFile(String name) {
    try {
      return settings.directory().resolve(name);
    } catch (InvalidPathException e) {
      throw new LlmException(
          LlmErrorCode.VALIDATION_ERROR, "a mock file cannot have this name", e.getReason());
    }
  }

  private ProviderGate gate(ModelId id) {
    return gates.computeIfAbsent(id.provider(), provider -> new ProviderGate(time, random));
  }

  private synchronized HttpTransport transport() {
    if (transport == null) {
      transport = new UrlConnectionTransport(settings.proxies());
    }
    return transport;
  }
}
