package io.evalctl.subject.compose;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.question.Answer;
import io.evalctl.question.Ask;
import io.evalctl.question.TcpExchange;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks nodes at their published ports, and in their containers. */
final class NodeAsker implements Asker, AutoCloseable {
  private final Map<String, Map<String, InetSocketAddress>> addresses;
  private final ContainerExec exec;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "evalctl-ask");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpClient http;

  /**
   * @param addresses for each node its ports, by the names that the subject file gives them
   */
  NodeAsker(Map<String, Map<String, InetSocketAddress>> addresses, ContainerExec exec) {
    this.addresses = addresses;
    this.exec = exec;
    this.http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  }

  @Override
  public CompletableFuture<Answer> ask(
      String node, Ask ask, Map<String, String> variables, Duration timeout) {
    if (ask instanceof Ask.Http request) {
      return http(node, request, variables, timeout);
    }
    return CompletableFuture.supplyAsync(
        () ->
            ask instanceof Ask.Tcp tcp
                ? TcpExchange.with(
                    addresses.get(node).get(tcp.port()),
                    tcp,
                    tcp.send() == null ? null : tcp.send().fill(variables),
                    Deadline.in(timeout, TimeSource.system()))
                : exec.run(node, words((Ask.Exec) ask, variables), timeout),
        threads);
  }

  private static List<String> words(Ask.Exec ask, Map<String, String> variables) {
    return ask.command().stream().map(word -> word.fill(variables)).toList();
  }

  private CompletableFuture<Answer> http(
      String node, Ask.Http ask, Map<String, String> variables, Duration timeout) {
    InetSocketAddress address = addresses.get(node).get(ask.port());
    HttpRequest request;
    try {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://%s:%d%s"
                          .formatted(
                              address.getHostString(),
                              address.getPort(),
                              ask.path().fill(variables))))
              .timeout(timeout)
              .method(
                  ask.method(),
                  ask.body() == null
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofString(ask.body().fill(variables)));
      if (ask.body() != null && !ask.headers().containsKey("Content-Type")) {
        builder.header("Content-Type", "application/json");
      }
      ask.headers().forEach((name, value) -> builder.header(name, value.fill(variables)));
      request = builder.build();
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(
          new Answer.Refused("no such request: " + e.getMessage()));
    }
    CompletableFuture<HttpResponse<String>> response =
        http.sendAsync(request, BodyHandlers.ofString());
    // The request's own limit ends with the first bytes of an answer.
    return response
        .copy()
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .<Answer>thenApply(given -> Answer.Given.http(given.statusCode(), given.body()))
        .exceptionally(
            error -> {
              response.cancel(true);
              return missing(error);
            });
  }

  private static Answer missing(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
      return new Answer.Missing("no answer");
    }
    return cause instanceof ConnectException
        ? new Answer.Refused("connection refused")
        : new Answer.Missing("connection broken");
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
