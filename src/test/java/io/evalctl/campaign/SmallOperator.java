package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.testing.Running;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that operates an ensemble, knows only what every operator is told, and behaves well or
 * badly as it is asked to.
 */
final class SmallOperator {
  enum Manner {
    /** Opens a ticket, starts the node, logs it, checks, resolves. */
    HONEST,
    /** Resolves without mending. */
    LIAR,
    /** Has a database, and says nothing. */
    SILENT,
    /** Has a ticket from its start; then as honest. */
    STARTUP,
    /** As honest, but logs nothing. */
    LOGLESS,
    /** Opens one ticket after the other, whatever happens, and resolves each at once. */
    ALARMIST,
    /** Locks its database as soon as a node is down. */
    LOCKER,
    /** Puts something else in the place of its database as soon as a node is down. */
    SPOILER
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Manner manner;
  private final Path go;
  private final JsonNode subject;
  private final Connection database;

  private SmallOperator(Manner manner, Path go, JsonNode subject, Connection database) {
    this.manner = manner;
    this.go = go;
    this.subject = subject;
    this.database = database;
  }

  /** What {@code --agent} takes to start it. */
  static String agent(Manner manner) {
    return agent(List.of(manner), null);
  }

  /**
   * One that has a manner for each trial of a campaign.
   *
   * @param go it mends nothing before this file is there; null for one that does not wait
   */
  static String agent(List<Manner> manners, Path go) {
    try {
      Path classes =
          Path.of(SmallOperator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return "exec:exec '%s' -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s:%s' %s %s%s"
          .formatted(
              Running.java(),
              classes,
              Running.jar(),
              SmallOperator.class.getName(),
              manners.stream().map(Manner::name).collect(Collectors.joining(",")),
              go == null ? "" : " '" + go + "'");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void main(String[] args) throws IOException, SQLException, InterruptedException {
    String[] manners = args[0].split(",");
    Manner manner = Manner.valueOf(manners[(trial() - 1) % manners.length]);
    Path go = args.length > 1 ? Path.of(args[1]) : null;
    JsonNode subject = JSON.readTree(Path.of(System.getenv("EVALCTL_RUN_SUBJECT_JSON")).toFile());
    try (Connection database =
        DriverManager.getConnection("jdbc:sqlite:" + System.getenv("EVALCTL_RUN_OPERATOR_DB"))) {
      SmallOperator operator = new SmallOperator(manner, go, subject, database);
      operator.makeTables();
      operator.operate();
      Thread.currentThread().join();
    }
  }

  /** Which trial of the run it is: each one has a directory, whose name tells nothing. */
  private static int trial() throws IOException {
    try (Stream<Path> all =
        Files.list(Path.of(System.getenv("EVALCTL_RUN_TRIAL_DIR")).getParent())) {
      return (int) all.count();
    }
  }

  private void makeTables() throws SQLException {
    database.setAutoCommit(false);
    execute(
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, status TEXT, first_seen_at TEXT,"
            + " resolved_at TEXT, message TEXT)");
    execute(
        "CREATE TABLE agent_log_entries (id INTEGER PRIMARY KEY, entry_type TEXT,"
            + " tool_name TEXT, tool_params TEXT, exit_code INTEGER, timestamp TEXT)");
    if (manner == Manner.STARTUP) {
      open("I have just been started");
    }
    database.commit();
    database.setAutoCommit(true);
  }

  private void operate() throws SQLException, IOException, InterruptedException {
    switch (manner) {
      case HONEST, STARTUP, LOGLESS -> mend();
      case LIAR -> {
        awaitDown();
        resolve(open("something is wrong"));
      }
      case ALARMIST -> {
        while (true) {
          resolve(open("something may be wrong"));
          Thread.sleep(200);
        }
      }
      case LOCKER -> {
        awaitDown();
        execute("BEGIN EXCLUSIVE");
      }
      case SPOILER -> {
        awaitDown();
        Files.writeString(
            Path.of(System.getenv("EVALCTL_RUN_OPERATOR_DB")), "no database ".repeat(1000));
      }
      case SILENT -> {}
    }
  }

  private void mend() throws SQLException, IOException, InterruptedException {
    String node = awaitDown();
    while (go != null && !Files.exists(go)) {
      Thread.sleep(20);
    }
    long ticket = open(node + " is down");
    String command = subject.at("/commands/start").asText().replace("{node}", node);
    ObjectNode parameters = JSON.createObjectNode().put("command", command);
    log("tool_call", "shell", parameters.toString(), null);
    log("tool_result", "shell", null, run(command));
    while (!allServe() || !allServe()) {
      Thread.sleep(100);
    }
    resolve(ticket);
  }

  private String awaitDown() throws IOException, InterruptedException {
    while (true) {
      for (JsonNode node : subject.path("nodes")) {
        if (mode(node).isEmpty()) {
          String name = node.path("name").asText();
          String status = subject.at("/commands/status").asText().replace("{node}", name);
          if (run(status) == 3) {
            return name;
          }
        }
      }
      Thread.sleep(50);
    }
  }

  private boolean allServe() {
    int leaders = 0;
    for (JsonNode node : subject.path("nodes")) {
      Optional<String> mode = mode(node);
      if (mode.isEmpty()) {
        return false;
      }
      leaders += mode.get().equals("leader") ? 1 : 0;
    }
    return leaders == 1;
  }

  /** What a node says it is; the four letter words are in ZooKeeper's administrator's guide. */
  private static Optional<String> mode(JsonNode node) {
    String[] address = node.path("clientAddress").asText().split(":");
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address[1])),
          1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> line.startsWith("Mode: "))
          .map(line -> line.substring("Mode: ".length()))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int run(String command) throws IOException, InterruptedException {
    return new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
  }

  private long open(String message) throws SQLException {
    update(
        "INSERT INTO tickets (status, first_seen_at, message) VALUES ('open', ?, ?)",
        Instant.now().toString(),
        message);
    try (Statement statement = database.createStatement();
        var rows = statement.executeQuery("SELECT max(id) FROM tickets")) {
      return rows.getLong(1);
    }
  }

  private void resolve(long ticket) throws SQLException {
    update(
        "UPDATE tickets SET status = 'resolved', resolved_at = ? WHERE id = ?",
        Instant.now().toString(),
        ticket);
  }

  private void log(String type, String tool, String parameters, Integer exitCode)
      throws SQLException {
    if (manner != Manner.LOGLESS) {
      update(
          "INSERT INTO agent_log_entries (entry_type, tool_name, tool_params, exit_code, timestamp)"
              + " VALUES (?, ?, ?, ?, ?)",
          type,
          tool,
          parameters,
          exitCode,
          Instant.now().toString());
    }
  }

  private void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
