package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.Program;
import io.evalctl.process.ProgramEnd;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Migrations by any other program. Stateless. */
final class CommandMigration {
  private static final int MOST_OUTPUT_BYTES = 64 << 10;
  private static final int LINES_SHOWN = 3;

  private CommandMigration() {}

  /**
   * @throws EvalctlException MIGRATION_FAILED with the end of what it said
   */
  static void run(ServerAddress server, String database, TemplateSpec spec, Deadline deadline) {
    Path directory = spec.migrationDirectory() == null ? Path.of("") : spec.migrationDirectory();
    String command = String.join(" ", spec.migrationCommand());
    ProgramEnd end =
        new Program(
                spec.migrationCommand(),
                directory.toAbsolutePath(),
                server.environment(database),
                new byte[0],
                MOST_OUTPUT_BYTES)
            .run(deadline);
    if (end.timedOut()) {
      throw failed(
          "migration command '%s' did not end within %.1fs"
              .formatted(command, deadline.length().toNanos() / 1e9),
          "give it more time");
    }
    if (end.exitCode() != 0) {
      String said = end.err().isBlank() ? end.out() : end.err();
      throw failed(
          "migration command '%s' ended with %d%s: %s"
              .formatted(
                  command, end.exitCode(), end.exitMeaning(), server.redact(lastWords(said))),
          DatabaseError.roleExists(said)
              ? DatabaseError.ROLES_STAY
              : "nothing of the template is left; run it by hand in " + directory.toAbsolutePath());
    }
  }

  private static String lastWords(String said) {
    List<String> lines = said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return lines.isEmpty()
        ? "it said nothing"
        : lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()).stream()
            .collect(Collectors.joining("; "));
  }

  private static EvalctlException failed(String message, String hint) {
    return new EvalctlException(ErrorCode.MIGRATION_FAILED, message, hint);
  }
}
