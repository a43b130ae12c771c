package io.evalctl.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.Json;
import io.evalctl.results.Timestamps;
import io.evalctl.template.Leftover;
import io.evalctl.template.ServerFacts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints what sessions have left, as text or as one JSON object. */
public final class TemplatePrinter {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  /** What came of one that was to be dropped; {@code why} is null when it is gone. */
  public record Result(Leftover leftover, String why) {}

  private final Io io;
  private final Style style;
  private final boolean json;

  public TemplatePrinter(Io io, Style style, boolean json) {
    this.io = io;
    this.style = style;
    this.json = json;
  }

  /**
   * All that is there.
   *
   * @param server null for embedded ones
   */
  public void list(ServerFacts server, List<Leftover> all) {
    if (json) {
      ObjectNode document = document(server);
      ArrayNode list = document.putArray("leftovers");
      all.forEach(leftover -> describe(leftover, list.addObject()));
      io.out().println(document);
      return;
    }
    if (all.isEmpty()) {
      io.out().println("nothing of evalctl is on " + place(server));
      return;
    }
    table(all).forEach(io.out()::println);
  }

  /** What is about to be dropped, on stderr: stdout is for what was. */
  public void announce(ServerFacts server, List<Leftover> wanted) {
    if (!json) {
      io.err().println("to be dropped from " + place(server) + ":");
      table(wanted).forEach(line -> io.err().println("  " + line));
    }
  }

  /** Whether somebody at a terminal says yes. */
  public boolean confirmed(int count) {
    io.err().print(count == 1 ? "drop it? [y/N] " : "drop all " + count + "? [y/N] ");
    io.err().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(io.in(), StandardCharsets.UTF_8)).readLine();
      if (answer == null) {
        io.err().println();
        return false;
      }
      return Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether there is somebody to ask. */
  public boolean canAsk() {
    return !json && io.errTerminal() && Terminal.isTerminal(0);
  }

  /**
   * What was dropped, or with {@code dryRun} what would be.
   *
   * @param foreign how many there are with names like ours that were left alone
   */
  public void cleaned(ServerFacts server, List<Result> results, long foreign, boolean dryRun) {
    if (json) {
      ObjectNode document = document(server).put("dryRun", dryRun).put("foreign", foreign);
      ArrayNode list = document.putArray(dryRun ? "wouldDrop" : "dropped");
      results.stream()
          .filter(result -> result.why() == null)
          .forEach(result -> describe(result.leftover(), list.addObject()));
      ArrayNode failed = document.putArray("failed");
      results.stream()
          .filter(result -> result.why() != null)
          .forEach(
              result ->
                  failed
                      .addObject()
                      .put("name", result.leftover().name())
                      .put("reason", result.why()));
      io.out().println(document);
      return;
    }
    if (results.isEmpty()) {
      io.out().println("nothing to clean on " + place(server));
    }
    for (Result result : results) {
      io.out()
          .println(
              result.why() == null
                  ? (dryRun ? "would drop " : "dropped ") + result.leftover().name()
                  : style.bad("kept ") + result.leftover().name() + ": " + result.why());
    }
    if (foreign > 0) {
      io.out()
          .println(
              foreign
                  + (foreign == 1 ? " database has a name" : " databases have names")
                  + " like ours and no mark of ours: left alone, see evalctl template list");
    }
  }

  private List<String> table(List<Leftover> all) {
    boolean servers = all.stream().allMatch(found -> found.kind() == Leftover.Kind.SERVER);
    Table table =
        new Table()
            .column(servers ? "directory" : "database", Table.Align.LEFT)
            .column("kind", Table.Align.LEFT)
            .column("state", Table.Align.LEFT)
            .column("created (UTC)", Table.Align.LEFT)
            .column("size", Table.Align.RIGHT)
            .column("session", Table.Align.LEFT)
            .column("why", Table.Align.LEFT);
    for (Leftover found : all) {
      table.row(
          List.of(
              found.name(),
              label(found.kind()),
              label(found.state()),
              found.created() == null
                  ? ""
                  : found
                      .created()
                      .truncatedTo(ChronoUnit.SECONDS)
                      .toString()
                      .replaceAll("[TZ]", " ")
                      .strip(),
              found.sizeBytes() == null ? "" : size(found.sizeBytes()),
              found.run() == null ? "" : found.run(),
              found.why()));
    }
    return table.lines();
  }

  private static void describe(Leftover found, ObjectNode node) {
    node.put("name", found.name());
    node.put("kind", label(found.kind()));
    node.put("state", label(found.state()));
    node.put("session", found.run());
    node.put("host", found.host());
    node.put("createdAt", found.created() == null ? null : Timestamps.format(found.created()));
    node.put("key", found.key());
    node.put("sizeBytes", found.sizeBytes());
    node.put("connections", found.sessions());
    node.put("reason", found.why());
  }

  private static ObjectNode document(ServerFacts server) {
    ObjectNode document = Json.object().put("schemaVersion", 1);
    ObjectNode node = document.putObject("server");
    node.put("kind", server == null ? "embedded" : server.kind());
    node.put("address", server == null ? null : server.address());
    node.put("version", server == null ? null : server.version());
    return document;
  }

  private static String place(ServerFacts server) {
    return server == null ? "this machine's embedded servers" : server.address();
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }
}
