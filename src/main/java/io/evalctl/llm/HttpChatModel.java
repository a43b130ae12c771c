package io.evalctl.llm;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.text.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A provider's model over HTTP: one request, no second try. Thread-safe. */
final class HttpChatModel implements ChatModel {
  private final ModelId id;
  private final ProviderCodec codec;
  private final Endpoint endpoint;
  private final HttpTransport transport;
  private final Redactor redactor;
  private final TimeSource time;

  HttpChatModel(
      ModelId id, Endpoint endpoint, HttpTransport transport, Redactor redactor, TimeSource time) {
    this.id = id;
    this.codec = ProviderCodec.of(id.provider());
    this.endpoint = endpoint;
    this.transport = transport;
    this.redactor = redactor;
    this.time = time;
  }

  @Override
  public ModelId id() {
    return id;
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    List<String> dropped = new ArrayList<>();
    ChatRequest sent = request;
    for (String parameter : codec.refused(id.model(), request.options())) {
      ChatRequest fewer = sent.without(parameter);
      if (fewer != sent) {
        dropped.add(parameter);
        sent = fewer;
      }
    }
    long start = time.nanoTime();
    HttpReply reply = send(codec.encode(endpoint, id.model(), sent), deadline);
    Duration latency = Duration.ofNanos(time.nanoTime() - start);
    DecodedReply decoded = decode(reply);
    return new ChatResponse(
        decoded.content(),
        decoded.stopReason(),
        decoded.rawStopReason(),
        TokenCounter.complete(decoded.usage(), id, sent, decoded.content()),
        decoded.modelVersion(),
        decoded.responseId(),
        latency,
        1,
        dropped);
  }

  private HttpReply send(HttpCall call, Deadline deadline) {
    try {
      return transport.send(call, deadline);
    } catch (LlmException e) {
      throw failed(e.error(), e.getCause());
    }
  }

  private DecodedReply decode(HttpReply reply) {
    JsonNode body;
    try {
      body = redactor.redact(Json.read(reply.body()));
    } catch (IOException e) {
      if (!reply.success()) {
        throw failed(refusal(reply, ErrorBody.NONE), null);
      }
      if (e instanceof JsonEOFException && !reply.framed()) {
        throw cutShort(reply);
      }
      throw unusable(reply, "the answer is not JSON: " + Json.reason(e));
    }
    if (!reply.success() || ErrorBody.isError(body)) {
      throw failed(refusal(reply, ErrorBody.read(body)), null);
    }
    if (body.isMissingNode() && !reply.framed()) {
      throw cutShort(reply);
    }
    if (!body.isObject()) {
      throw unusable(
          reply, body.isMissingNode() ? "the answer is empty" : "the answer is not a JSON object");
    }
    DecodedReply decoded;
    try {
      decoded = codec.decode(body);
    } catch (LlmException e) {
      throw unusable(reply, e.error().message());
    }
    if (!decoded.usable()) {
      String problem = decoded.problem() == null ? "the answer holds no text" : decoded.problem();
      throw unusable(
          reply,
          decoded.rawStopReason() == null
              ? problem
              : problem + " (finish reason " + decoded.rawStopReason() + ")");
    }
    return decoded;
  }

  private LlmError refusal(HttpReply reply, ErrorBody body) {
    LlmErrorCode code = ErrorClassifier.classify(reply.status(), body);
    RetryHint hint = RetryHint.read(reply.headers(), body, time.now());
    // Waiting does not bring money back, whatever the header says.
    boolean retryable =
        hint.retry() == null || code == LlmErrorCode.QUOTA_EXCEEDED
            ? code.retryable()
            : hint.retry();
    return new LlmError(
        code,
        "%s answered HTTP %d%s"
            .formatted(
                id.provider().label(),
                reply.status(),
                reply.success() ? " with an error in the body" : ""),
        body.message() == null ? reply.excerpt() : body.message(),
        reply.status(),
        retryable,
        1,
        retryable ? hint.afterMs() : null,
        body.parameter());
  }

  private LlmException cutShort(HttpReply reply) {
    return failed(
        LlmError.of(LlmErrorCode.NETWORK_ERROR, "the answer was cut short", reply.excerpt())
            .withStatus(reply.status()),
        null);
  }

  private LlmException unusable(HttpReply reply, String message) {
    return failed(
        LlmError.of(LlmErrorCode.INVALID_RESPONSE, message, reply.excerpt())
            .withStatus(reply.status()),
        null);
  }

  private LlmException failed(LlmError error, Throwable cause) {
    return new LlmException(error.withAttempts(1).redacted(redactor), cause);
  }
}
