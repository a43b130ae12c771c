package io.evalctl.operator.database;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Watches a database in a process that may have fewer rights than the tests. */
final class WatchProbe {
  private WatchProbe() {}

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    TimeSource time = TimeSource.system();
    Deadline deadline =
        Deadline.in(Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 20), time);
    try (OperatorWatch watch = OperatorWatch.open(Path.of(args[0]), OperatorTimezone.UTC, time)) {
      watch.awaitReady(deadline);
      watch.mark(deadline);
      watch.onset(time.nanoTime(), time.nanoTime());
      out.println("ready");
      out.println("ticket " + watch.awaitTicket(deadline).orElseThrow().id());
      out.println("status " + watch.awaitResolved(deadline).orElseThrow().status());
    } catch (RuntimeException e) {
      out.println(e.getMessage());
    }
  }
}
