package io.evalctl.operator.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The commands an operator logged after the mark. A tool_result belongs to the earliest tool_call
 * of its session that has none yet and, where the result names a tool, is of that tool. Not
 * thread-safe.
 */
final class CommandLog {

  /** No trial needs more; a log that floods must not fill the memory. */
  static final int MOST_ROWS = 20_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Entry(LogRow row, Sighting sighting) {}

  private final ZoneId zone;
  private final Consumer<OperatorEvent> events;
  private final ArrivalOrder<LogRow> order;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private int taken;

  CommandLog(ZoneId zone, Consumer<OperatorEvent> events) {
    this.zone = zone;
    this.events = events;
    this.order = new ArrivalOrder<>(LogRow::place, row -> ClaimedTime.parse(row.timestamp(), zone));
  }

  /**
   * Forgets all.
   *
   * @param greatestPlace the greatest number of the entries that are there, or null
   */
  void begin(Long greatestPlace) {
    entries.clear();
    indexes.clear();
    taken = 0;
    order.begin(greatestPlace);
  }

  boolean full() {
    return taken >= MOST_ROWS;
  }

  /** Takes in the new and the changed entries that a look showed. */
  void see(List<LogRow> rows, Sighting at) {
    taken += rows.size();
    for (LogRow row : order.of(rows)) {
      Integer index = indexes.get(row.key());
      if (index != null && entries.get(index).row().sameEntryAs(row)) {
        entries.set(index, new Entry(row, entries.get(index).sighting()));
        continue;
      }
      indexes.put(row.key(), entries.size());
      entries.add(new Entry(row, at));
      if (row.call()) {
        events.accept(new OperatorEvent.CommandLogged(at, name(row), json(row.toolParams())));
      }
    }
  }

  /**
   * The commands so far, in the order of the log.
   *
   * @param session tells of a session (null: none given) whether its commands count
   * @param clockTrusted whether the operator's clock is believed; else sightings are used
   * @param markNanos the mark
   */
  List<OperatorCommand> commands(Predicate<String> session, boolean clockTrusted, long markNanos) {
    Map<Entry, LogRow> results = pair();
    List<OperatorCommand> commands = new ArrayList<>();
    for (Entry entry : entries) {
      LogRow call = entry.row();
      if (call.call() && session.test(call.session())) {
        Sighting moment = clockTrusted ? claimed(entry, markNanos) : entry.sighting();
        LogRow result = results.get(entry);
        commands.add(
            new OperatorCommand(
                name(call),
                json(call.toolParams()),
                result == null || result.exitCode() == null ? call.exitCode() : result.exitCode(),
                moment.at(),
                moment.nanos()));
      }
    }
    return commands;
  }

  private Map<Entry, LogRow> pair() {
    Map<String, List<Entry>> waiting = new HashMap<>();
    Map<Entry, LogRow> results = new HashMap<>();
    for (Entry entry : entries) {
      List<Entry> calls = waiting.computeIfAbsent(entry.row().session(), any -> new ArrayList<>());
      if (entry.row().call()) {
        calls.add(entry);
      } else {
        answered(calls, entry.row())
            .ifPresent(
                call -> {
                  calls.remove(call);
                  results.put(call, entry.row());
                });
      }
    }
    return results;
  }

  private static Optional<Entry> answered(List<Entry> calls, LogRow result) {
    return calls.stream()
        .filter(
            call ->
                result.toolName() == null
                    || call.row().toolName() == null
                    || call.row().toolName().equals(result.toolName()))
        .findFirst();
  }

  private Sighting claimed(Entry entry, long markNanos) {
    Optional<ClaimedTime> claim = ClaimedTime.parse(entry.row().timestamp(), zone);
    return ClaimedMoment.sinceMark(claim, entry.sighting(), markNanos).moment();
  }

  private static String name(LogRow row) {
    return row.toolName() == null ? "" : row.toolName();
  }

  private static JsonNode json(String text) {
    if (text == null || text.isBlank()) {
      return NullNode.getInstance();
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }
}
