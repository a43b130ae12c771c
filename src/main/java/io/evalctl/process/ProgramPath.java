package io.evalctl.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a program is found when it is started by its name, as execvp(3) does it. */
public final class ProgramPath {
  private static final String INTERPRETER = "(ba|da|z|k)?sh|python[0-9.]*|node|ruby|perl";

  private ProgramPath() {}

  /**
   * Why a command cannot be started, as far as that can be told beforehand: its program is not
   * there, or the script that an interpreter is to run.
   *
   * @param command the words
   * @param directory in which it would be started
   */
  public static Optional<String> refusal(
      List<String> command, Path directory, Map<String, String> environment) {
    String program = command.get(0);
    if (find(program, directory, environment).isEmpty()) {
      return Optional.of(
          program
              + (!program.contains("/")
                  ? " is not found on the PATH"
                  : Files.isRegularFile(directory.resolve(program))
                      ? " is not executable"
                      : " is not there"));
    }
    return command.stream()
        .skip(1)
        .dropWhile("-u"::equals)
        .findFirst()
        .filter(word -> Path.of(program).getFileName().toString().matches(INTERPRETER))
        .filter(word -> !word.startsWith("-") && !word.isEmpty())
        .filter(word -> !Files.exists(directory.resolve(word)))
        .map(word -> word + " is not there");
  }

  /**
   * @param word a name that is looked up on the PATH, or with a slash in it a file
   * @param directory in which it would be started
   * @return the file, when it can be executed
   */
  public static Optional<Path> find(String word, Path directory, Map<String, String> environment) {
    try {
      if (word.contains("/")) {
        return Optional.of(directory.resolve(word)).filter(ProgramPath::executable);
      }
      return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
          .map(place -> directory.resolve(place).resolve(word))
          .filter(ProgramPath::executable)
          .findFirst();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean executable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
