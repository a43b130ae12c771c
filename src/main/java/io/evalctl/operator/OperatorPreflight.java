package io.evalctl.operator;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProgramPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses, before anything starts, an operator that cannot be started or read at all. */
public final class OperatorPreflight {
  private static final String MAGIC = "SQLite format 3\0";

  /** What a shell does itself, as far as a command may begin with it. */
  private static final Set<String> SHELL_WORDS =
      Set.of(
          (". : [ break cd command echo eval exit export false for if local printf pwd read readonly"
                  + " set shift test times trap true type ulimit umask unset until wait while case")
              .split(" "));

  private OperatorPreflight() {}

  /**
   * @param database of an operator that runs already, or null
   * @param directory in which an operator is started
   * @throws EvalctlException OPERATOR_START or OPERATOR_DATABASE
   */
  public static void check(
      AgentSpec agent, Path database, Path directory, Map<String, String> environment) {
    if (agent instanceof AgentSpec.Exec exec) {
      checkCommand(exec, directory, environment);
    } else if (agent instanceof AgentSpec.External) {
      checkDatabase(directory.resolve(database));
    }
  }

  /** Only what is plain can be told: of anything else the shell has the say, once it runs. */
  private static void checkCommand(
      AgentSpec.Exec exec, Path directory, Map<String, String> environment) {
    List<String> words =
        Arrays.stream(exec.command().split("\\s+"))
            .dropWhile(word -> word.equals("exec") || word.matches("[A-Za-z_]\\w*=[\\w./:,=-]*"))
            .toList();
    List<String> plain = words.stream().takeWhile(word -> word.matches("[\\w./:,+@%=-]+")).toList();
    if (plain.isEmpty() || SHELL_WORDS.contains(plain.get(0))) {
      return;
    }
    ProgramPath.refusal(plain, directory, environment)
        .ifPresent(
            why -> {
              throw new EvalctlException(
                  ErrorCode.OPERATOR_START,
                  "agent %s cannot be started: %s".formatted(exec, why),
                  "paths are relative to " + directory + ", where evalctl was started");
            });
  }

  /** It may not be there yet, and may be locked or half made; but something else it cannot be. */
  private static void checkDatabase(Path file) {
    if (Files.isDirectory(file)) {
      throw unreadable(file, "is a directory");
    }
    if (Files.notExists(file)) {
      return;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(MAGIC.length());
    } catch (IOException e) {
      throw unreadable(file, "cannot be read: " + e.getClass().getSimpleName());
    }
    if (head.length > 0 && !MAGIC.startsWith(new String(head, StandardCharsets.ISO_8859_1))) {
      throw unreadable(file, "is no SQLite database");
    }
  }

  private static EvalctlException unreadable(Path file, String why) {
    return new EvalctlException(
        ErrorCode.OPERATOR_DATABASE,
        "operator database " + file + " " + why,
        "--operator-db names the file that the agent writes its tickets into;"
            + " evalctl operator init-db FILE makes an empty one");
  }
}
