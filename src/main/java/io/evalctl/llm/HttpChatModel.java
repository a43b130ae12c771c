package io.evalctl.llm;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.text.Json;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A provider's model over HTTP: one request, no second try, unless the model answers in streams
 * alone. Thread-safe.
 */
final class HttpChatModel implements ChatModel {

  /** Such as {@code This model only support stream mode}; there is no code for it. */
  private static final Pattern ONLY_STREAMS =
      Pattern.compile(
          "only (be )?(support|work|available|use)\\S*( \\w+){0,3} stream|non-?streaming call"
              + "|stream\\W+(must|has to|should) be (set to )?true"
              + "|stream(ing)? (mode )?is required|set \\W?stream\\W? ?(=|to) ?true",
          Pattern.CASE_INSENSITIVE);

  private final ModelId id;
  private final ProviderCodec codec;
  private final Endpoint endpoint;
  private final HttpTransport transport;
  private final Redactor redactor;
  private final TimeSource time;

  /** Set once the model said that it answers in streams alone. */
  private volatile boolean streaming;

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
    OptionLimits.require(id, sent.options());
    HttpCall call = codec.encode(endpoint, id.model(), sent);
    int attempts = 1;
    long start = time.nanoTime();
    HttpReply reply = send(streaming ? codec.streamed(call) : call, deadline);
    if (!streaming && onlyStreams(reply) && codec.streamed(call) != null) {
      streaming = true;
      attempts++;
      start = time.nanoTime();
      reply = send(codec.streamed(call), deadline);
    }
    Duration latency = Duration.ofNanos(time.nanoTime() - start);
    DecodedReply decoded = decode(reply, call.uri());
    return new ChatResponse(
        decoded.content(),
        decoded.stopReason(),
        decoded.rawStopReason(),
        TokenCounter.complete(decoded.usage(), id, sent, decoded.content()),
        decoded.modelVersion(),
        decoded.responseId(),
        latency,
        attempts,
        dropped);
  }

  private static boolean onlyStreams(HttpReply reply) {
    return (reply.status() == 400 || reply.status() == 422)
        && ONLY_STREAMS.matcher(reply.excerpt()).find();
  }

  private HttpReply send(HttpCall call, Deadline deadline) {
    try {
      return transport.send(call, deadline);
    } catch (LlmException e) {
      throw failed(e.error(), e.getCause());
    }
  }

  private DecodedReply decode(HttpReply reply, URI asked) {
    JsonNode body;
    try {
      body = redactor.redact(read(reply, asked));
    } catch (IOException e) {
      if (!reply.success()) {
        throw failed(refusal(reply, ErrorBody.NONE, asked), null);
      }
      if (e instanceof JsonEOFException && !reply.framed()) {
        throw cutShort(reply);
      }
      String reason =
          reply.excerpt().startsWith("<")
              ? "a web page, not JSON: a log-in, or not the address of the API"
              : "not JSON: " + Json.reason(e);
      throw unusable(reply, "the answer of %s is %s".formatted(Addresses.shown(asked), reason));
    }
    if (!reply.success() || ErrorBody.isError(body)) {
      throw failed(refusal(reply, ErrorBody.read(body), asked), null);
    }
    if (body.isMissingNode() && !reply.framed()) {
      throw cutShort(reply);
    }
    if (!body.isObject()) {
      throw unusable(
          reply,
          "the answer of %s is %s"
              .formatted(
                  Addresses.shown(asked), body.isMissingNode() ? "empty" : "not a JSON object"));
    }
    DecodedReply decoded;
    try {
      decoded = codec.decode(body);
    } catch (LlmException e) {
      throw unusable(reply, e.error().message());
    }
    if (decoded.failure() != null) {
      throw failed(brokenOff(reply, decoded), null);
    }
    if (!decoded.usable()) {
      throw unusable(reply, unusable(decoded));
    }
    return decoded;
  }

  /** The body in one piece, also when it came as a stream. */
  private JsonNode read(HttpReply reply, URI asked) throws IOException {
    if (!EventStream.in(reply)) {
      JsonNode body = Json.read(reply.body());
      // Google streams an array of answers unless it is asked for events.
      return reply.success() && body.isArray() && id.provider() == Provider.GOOGLE
          ? inOnePiece(
              new EventStream(List.copyOf(((ArrayNode) body).valueStream().toList()), false),
              reply,
              asked)
          : body;
    }
    try {
      return inOnePiece(EventStream.read(reply.body()), reply, asked);
    } catch (JsonEOFException e) {
      throw cutShort(reply);
    }
  }

  private JsonNode inOnePiece(EventStream stream, HttpReply reply, URI asked) {
    JsonNode error = stream.error();
    if (error != null && reply.success()) {
      ErrorBody broken = ErrorBody.read(error).orStatus(HttpURLConnection.HTTP_BAD_GATEWAY);
      throw failed(refusal(reply, broken, asked), null);
    }
    JsonNode body = error == null ? codec.assemble(stream) : error;
    if (body == null && reply.success()) {
      throw cutShort(reply);
    }
    return body == null ? MissingNode.getInstance() : body;
  }

  private static String unusable(DecodedReply decoded) {
    String problem = decoded.problem() == null ? "the answer holds no text" : decoded.problem();
    if (decoded.problem() == null && decoded.onlyThought()) {
      problem = "the model only thought and wrote no answer";
    }
    if (decoded.rawStopReason() != null) {
      problem += " (finish reason " + decoded.rawStopReason() + ")";
    }
    return decoded.onlyThought() && decoded.stopReason() == StopReason.MAX_TOKENS
        ? problem + ": its tokens ran out; give it more with maxTokens"
        : problem;
  }

  private String answered(HttpReply reply, URI asked) {
    URI target = Addresses.redirect(reply, asked);
    return "%s answered HTTP %d%s"
        .formatted(
            id.provider().label(),
            reply.status(),
            target != null
                ? ", a redirect to " + Addresses.shown(target)
                : (reply.success()
                        ? " with an error in the body at "
                        : Addresses.isRedirect(reply) ? ", a redirect to nowhere, at " : " at ")
                    + Addresses.shown(asked));
  }

  private LlmError brokenOff(HttpReply reply, DecodedReply decoded) {
    String words = decoded.failure().message();
    String message =
        "%s broke its answer off%s%s"
            .formatted(
                id.provider().label(),
                decoded.rawStopReason() == null
                    ? ""
                    : " (finish reason " + decoded.rawStopReason() + ")",
                words == null ? "" : ": " + words);
    return refusal(reply, decoded.failure(), message, words == null ? reply.excerpt() : null);
  }

  private LlmError refusal(HttpReply reply, ErrorBody body, URI asked) {
    return refusal(reply, body, answered(reply, asked), details(reply, body, asked));
  }

  private LlmError refusal(HttpReply reply, ErrorBody body, String message, String details) {
    LlmErrorCode code = ErrorClassifier.classify(reply.status(), body);
    RetryHint hint = RetryHint.read(reply.headers(), body, time.now());
    // Waiting does not bring money back, whatever the header says.
    boolean retryable =
        hint.retry() == null || code == LlmErrorCode.QUOTA_EXCEEDED
            ? code.retryable()
            : hint.retry();
    return new LlmError(
        code,
        message,
        details,
        reply.status(),
        retryable,
        1,
        retryable ? hint.afterMs() : null,
        body.parameter());
  }

  private String details(HttpReply reply, ErrorBody body, URI asked) {
    URI target = Addresses.redirect(reply, asked);
    if (target != null) {
      return Addresses.hint(target, id.provider());
    }
    return body.message() == null ? reply.excerpt() : body.message();
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
