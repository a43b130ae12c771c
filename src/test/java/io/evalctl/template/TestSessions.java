package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Sessions on a test's server, with what they tell. */
final class TestSessions implements TemplateListener {
  static final TimeSource TIME = TimeSource.system();

  private final ServerChoice choice;
  private final Path directory;
  final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  TestSessions(ServerChoice choice, Path directory) {
    this.choice = choice;
    this.directory = directory;
  }

  static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(2), TIME);
  }

  TemplateDatabase open() {
    return open(false, 1);
  }

  TemplateDatabase open(boolean keep, int clones) {
    return TemplateDatabase.open(
        choice,
        new TemplateOptions(keep, clones, null, "Test Run", state(), TestServer.cache()),
        this,
        TIME);
  }

  Path state() {
    return directory.resolve("state");
  }

  OrphanSweep sweep() {
    return OrphanSweep.on(choice, state(), TestServer.cache(), TIME);
  }

  /** Notes on databases that are left. */
  List<Path> notes() {
    try (Stream<Path> files = Files.list(IntentLog.directory(state()))) {
      return files.toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** A directory with migrations, each given as its name and its SQL. */
  Path migrations(String... namesAndSql) {
    try {
      Path place = Files.createTempDirectory(directory, "migrations ü '");
      for (int i = 0; i < namesAndSql.length; i += 2) {
        Files.writeString(place.resolve(namesAndSql[i]), namesAndSql[i + 1]);
      }
      return place;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Path file(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The real set of forty. */
  static TemplateSpec colony() {
    return TemplateSpec.of(Path.of("src/test/resources/io/evalctl/template/colony"));
  }

  static String query(CloneLease lease, String sql) {
    try (Connection connection = lease.connect()) {
      return Sql.value(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void run(CloneLease lease, String sql) {
    try (Connection connection = lease.connect()) {
      Sql.run(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long count(String word) {
    return List.copyOf(heard).stream().filter(line -> line.startsWith(word)).count();
  }

  @Override
  public void building(String template) {
    heard.add("building " + template);
  }

  @Override
  public void built(String template, Duration took) {
    heard.add("built " + template);
  }

  @Override
  public void reused(String template) {
    heard.add("reused " + template);
  }

  @Override
  public void dropFailed(String database, String why) {
    heard.add("dropFailed " + database + " " + why);
  }

  @Override
  public void note(String text) {
    heard.add("note " + text);
  }

  @Override
  public void warning(String text) {
    heard.add("warning " + text);
  }
}
