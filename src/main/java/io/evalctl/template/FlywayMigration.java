package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** Migrations by Flyway: versioned and repeatable SQL files. Stateless. */
final class FlywayMigration {
  /** What goes into a template's key. */
  static final String SETTINGS = "flyway locations=1 naming=validated lock=session";

  private static final int MOST_LINES = 4;

  private static final Pattern PLACEHOLDER =
      Pattern.compile("No value provided for placeholder: \\$\\{([^}]*)}");

  private static final Pattern OTHER_DATABASE = Pattern.compile("\\b(CREATE|DROP) DATABASE\\b");

  private FlywayMigration() {}

  /**
   * @param placeholders null to leave {@code ${...}} as it is
   * @throws EvalctlException MIGRATION_FAILED, naming the migration
   */
  static void run(
      ServerAddress server, String database, Path migrations, Map<String, String> placeholders) {
    if (server.user().contains("'")) {
      // It would put the name between quotes of that kind as it is.
      throw new EvalctlException(
          ErrorCode.POSTGRES_REFUSED,
          "Flyway cannot migrate as role \"" + server.user() + "\": its name holds a quote",
          "use another role, or give the dataset a migrations.command");
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(server.jdbcUrl(database));
    FluentConfiguration configuration =
        Flyway.configure(FlywayMigration.class.getClassLoader())
            .dataSource(source)
            .locations("filesystem:" + migrations.toAbsolutePath())
            .resourceProvider(new MigrationFiles(migrations.toAbsolutePath()))
            .placeholderReplacement(placeholders != null)
            .placeholders(placeholders == null ? Map.of() : placeholders)
            .validateMigrationNaming(true)
            .connectRetries(0)
            .cleanDisabled(true)
            .loggers("slf4j");
    // A lock by transaction would block CREATE INDEX CONCURRENTLY for ever.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    MigrateResult result;
    try {
      result = configuration.load().migrate();
    } catch (FlywayException e) {
      SQLException refused = DatabaseError.cause(e);
      if (refused != null && DatabaseError.serversFault(refused)) {
        throw DatabaseError.of("run the migrations in " + migrations, server, refused);
      }
      throw new EvalctlException(
          ErrorCode.MIGRATION_FAILED,
          "the migrations in " + migrations + " failed: " + reason(server, e),
          hint(refused, e),
          e);
    } catch (EvalctlException e) {
      throw new EvalctlException(
          ErrorCode.MIGRATION_FAILED,
          "the migrations in " + migrations + " failed: " + e.getMessage(),
          e.hint(),
          e);
    }
    if (result.migrationsExecuted == 0) {
      throw new EvalctlException(
          ErrorCode.MIGRATION_FAILED,
          "there is no migration in " + migrations,
          "name them as Flyway does: V1__create_tables.sql, R__views.sql");
    }
  }

  private static String hint(SQLException refused, FlywayException failure) {
    String text = String.valueOf(failure.getMessage());
    Matcher placeholder = PLACEHOLDER.matcher(text);
    if (placeholder.find()) {
      return "give it a value in the dataset, database: {placeholders: {%s: ...}}, or leave all ${...} as they are with placeholders: false"
          .formatted(placeholder.group(1));
    }
    if (refused != null && DatabaseError.roleExists(refused)) {
      return DatabaseError.ROLES_STAY;
    }
    // What the driver answers by itself, in any language.
    if (text.contains("client_encoding") || undecodable(failure)) {
      return "save the migration as UTF-8 without SET client_encoding (pg_dump --encoding=UTF8), or"
          + " load it as database.seed";
    }
    if (text.contains("DateStyle") || text.contains("CopyManager")) {
      return "the JDBC driver takes no such statement from Flyway: leave it out, or load the file"
          + " as database.seed";
    }
    if (text.contains("syntax error at or near \"\\\"")) {
      return "a line that begins with \\ is for psql: leave it out (pg_dump without --create writes"
          + " none that evalctl does not skip)";
    }
    if (OTHER_DATABASE.matcher(text).find()) {
      return "migrations fill a database that is there: dump without --create, or leave CREATE"
          + " DATABASE and DROP DATABASE out";
    }
    return "mend the migration; nothing of the template is left";
  }

  private static boolean undecodable(Throwable failure) {
    return failure != null
        && (failure instanceof CharacterCodingException || undecodable(failure.getCause()));
  }

  /** Flyway draws boxes, and tells the file, the line and the server's words on lines below. */
  private static String reason(ServerAddress server, FlywayException e) {
    List<String> lines =
        Arrays.stream(String.valueOf(e.getMessage()).split("\n"))
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.matches("[-=]+"))
            .filter(line -> !line.startsWith("SQL State") && !line.startsWith("Error Code"))
            .toList();
    String text =
        lines.stream()
            .filter(line -> !line.startsWith("Statement"))
            .limit(MOST_LINES + 1L)
            .map(line -> line.replaceAll("\\s*:\\s+", ": "))
            .collect(Collectors.joining("; "));
    return server.redact(
        text.replace(":; ", ": ").replaceAll("See https?://\\S+ for more information\\. ?", ""));
  }
}
