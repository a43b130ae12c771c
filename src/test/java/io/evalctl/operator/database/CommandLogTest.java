package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLogTest {
  private static final Sighting SIGHTING =
      new Sighting(Instant.parse("2026-11-20T20:00:10Z"), 10_000_000_000L);

  private final List<OperatorEvent> events = new ArrayList<>();
  private final CommandLog log = new CommandLog(ZoneOffset.UTC, events::add);
  private long next = 1;

  @Test
  void theExitCodeIsThatOfTheResultThatFollows() {
    see(call("a", "sh"), result("a", "sh", 0), call("a", "sh"), result("a", "sh", 7));

    assertThat(exitCodes()).containsExactly(0, 7);
  }

  @Test
  void interleavedSessionsArePairedEachForItself() {
    see(call("a", "sh"), call("b", "sh"), result("b", "sh", 2), result("a", "sh", 1));

    assertThat(exitCodes()).containsExactly(1, 2);
  }

  @Test
  void parallelCallsOfOneSessionAreToldApartByTheirTool() {
    see(call("a", "sh"), call("a", "sql"), result("a", "sql", 2), result("a", "sh", 1));

    assertThat(exitCodes()).containsExactly(1, 2);
  }

  @Test
  void resultsWithoutAToolNameAreTakenInOrder() {
    see(call(null, "sh"), call(null, "sh"), result(null, null, 1), result(null, null, 2));

    assertThat(exitCodes()).containsExactly(1, 2);
  }

  @Test
  void aCallWithoutAResultHasNoExitCodeUnlessItsOwn() {
    see(
        call("a", "sh"),
        row(next++, "b", true, "sh", null, 5, null),
        result("c", "sh", 3),
        call("c", "sh"));

    assertThat(exitCodes()).containsExactly(null, 5, null);
  }

  @Test
  void onlyTheSessionsAskedForCount() {
    see(call("a", "one"), call("b", "two"), call(null, "three"));

    assertThat(log.commands("b"::equals, true, 0))
        .extracting(OperatorCommand::toolName)
        .containsExactly("two");
  }

  @Test
  void parametersAreJsonOrTheirText() {
    see(
        row(1, null, true, "sh", "{\"command\":\"ls\"}", null, null),
        row(2, null, true, "sh", "ls -l", null, null),
        row(3, null, true, null, null, null, null));

    assertThat(log.commands(any -> true, true, 0))
        .extracting(command -> command.toolName() + command.toolParams())
        .containsExactly("sh{\"command\":\"ls\"}", "sh\"ls -l\"", "null");
  }

  @Test
  void anOldClaimSinceTheMarkIsBelievedUnlessTheClockIsNot() {
    see(row(1, null, true, "sh", null, null, "2026-11-20T20:00:04.000000000Z"));

    assertThat(log.commands(any -> true, true, 0).get(0).nanos()).isEqualTo(4_000_000_001L);
    assertThat(log.commands(any -> true, false, 0).get(0).nanos()).isEqualTo(SIGHTING.nanos());
    assertThat(log.commands(any -> true, true, 5_000_000_000L).get(0).timestamp())
        .isEqualTo(SIGHTING.at());
  }

  @Test
  void everyCallIsAnEvent() {
    see(call("a", "sh"), result("a", "sh", 0));

    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            OperatorEvent.CommandLogged.class,
            event -> assertThat(event.toolName()).isEqualTo("sh"));
  }

  private void see(LogRow... rows) {
    log.see(List.of(rows), SIGHTING);
  }

  private List<Integer> exitCodes() {
    return log.commands(any -> true, true, 0).stream().map(OperatorCommand::exitCode).toList();
  }

  private LogRow call(String session, String tool) {
    return row(next++, session, true, tool, null, null, null);
  }

  private LogRow result(String session, String tool, int exitCode) {
    return row(next++, session, false, tool, null, exitCode, null);
  }

  private static LogRow row(
      long place,
      String session,
      boolean call,
      String tool,
      String params,
      Integer exitCode,
      String timestamp) {
    String key = Long.toString(place);
    return new LogRow(key, key, place, session, call, tool, params, exitCode, timestamp);
  }
}
