package io.evalctl.subject.zookeeper;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Carries on several exchanges at a time, without threads of its own. Not thread-safe. */
final class ExchangeLoop implements AutoCloseable {
  private final TimeSource time;
  private final Selector selector;

  ExchangeLoop(TimeSource time) {
    this.time = time;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Asks every server the same, and gives what has come back when all have answered or the time is
   * over. Who has not answered by then is not in the result.
   */
  static Map<String, String> ask(
      Map<String, Integer> ports, String word, Duration limit, TimeSource time) {
    Map<String, Exchange> exchanges = new LinkedHashMap<>();
    Map<String, String> answers = new LinkedHashMap<>();
    try (ExchangeLoop loop = new ExchangeLoop(time)) {
      ports.forEach((node, port) -> exchanges.put(node, loop.begin(port, word)));
      loop.run(exchanges.values(), limit);
      exchanges.forEach(
          (node, exchange) -> {
            if (exchange.state() == Exchange.State.ANSWERED) {
              answers.put(node, exchange.answer());
            }
          });
    } finally {
      exchanges.values().forEach(Exchange::close);
    }
    return answers;
  }

  Exchange begin(int port, String word) {
    return Exchange.begin(selector, port, word);
  }

  /** Goes on until none of these is pending, or the time is over. */
  void run(Collection<Exchange> exchanges, Duration limit) {
    long end = time.nanoTime() + limit.toNanos();
    while (exchanges.stream().anyMatch(one -> one.state() == Exchange.State.PENDING)) {
      long left = end - time.nanoTime();
      if (left <= 0) {
        return;
      }
      try {
        selector.select(ExchangeLoop::advance, Math.max(1, left / 1_000_000));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (Thread.interrupted()) {
        throw EvalctlException.interrupted("asking the servers for their state");
      }
    }
  }

  private static void advance(SelectionKey key) {
    ((Exchange) key.attachment()).advance();
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      // nothing is lost with it
    }
  }
}
