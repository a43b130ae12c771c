package io.evalctl.testing;

import io.evalctl.file.DirectoryTree;
import io.evalctl.subject.zookeeper.ClassArchiveTraining;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The class-data archives that {@code scripts/evalctl} makes for users, made for the tests: they
 * start evalctl a hundred times and a thousand nodes. Several test JVMs share them; without them
 * all runs just as well, but longer.
 */
public final class ClassArchives {
  private static final Path JAR = Running.jar();
  private static final Path DIRECTORY = JAR.resolveSibling("test-archives");
  private static final Path NODES =
      JAR.resolveSibling(JAR.getFileName().toString().replace(".jar", "-zookeeper.jsa"));
  private static final Optional<Path> PROGRAM = make();

  private ClassArchives() {}

  /** Both are there afterwards, if they can be. */
  public static void prepare() {
    // the class is initialised now
  }

  /** The JVM options that make evalctl use its archive; none where there is none. */
  static List<String> options() {
    return PROGRAM
        .map(
            archive ->
                List.of(
                    "-Xshare:auto",
                    "-XX:SharedArchiveFile=" + archive,
                    "-Xlog:disable",
                    "-Xlog:all=error:stderr"))
        .orElse(List.of());
  }

  private static Optional<Path> make() {
    try {
      Files.createDirectories(DIRECTORY);
      String made =
          "%s-%d-%d"
              .formatted(
                  Runtime.version(), Files.size(JAR), Files.getLastModifiedTime(JAR).toMillis());
      Path archive = DIRECTORY.resolve("evalctl-" + made + ".jsa");
      try (FileChannel channel =
              FileChannel.open(
                  DIRECTORY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !Files.exists(archive)) {
          clear();
          makeForNodes();
          makeForProgram(archive);
        }
      }
      return Optional.of(archive).filter(Files::exists);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void clear() throws IOException {
    try (Stream<Path> old = Files.list(DIRECTORY)) {
      for (Path file : old.filter(file -> !file.endsWith("lock")).toList()) {
        DirectoryTree.delete(file);
      }
    }
  }

  private static void makeForNodes() throws IOException {
    Path made = DIRECTORY.resolve("nodes");
    java(
        "-XX:ArchiveClassesAtExit=" + made,
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-cp",
        JAR.toString(),
        ClassArchiveTraining.class.getName());
    if (Files.exists(made)) {
      Files.move(made, NODES, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** With the classes of a command that looks at everything and finds nothing to do. */
  private static void makeForProgram(Path archive) throws IOException {
    Path loaded = DIRECTORY.resolve("loaded");
    java(
        "-Xshare:off",
        "-XX:DumpLoadedClassList=" + loaded,
        "-jar",
        JAR.toString(),
        "heal",
        "--dry-run");
    List<String> classes = new ArrayList<>();
    for (String line : Files.readAllLines(loaded)) {
      if (!line.contains(" source: ")) {
        classes.add(line.replaceFirst(" id: \\d+$", ""));
      }
    }
    Files.write(loaded, classes);
    Path made = DIRECTORY.resolve("program");
    java(
        "-Xshare:dump",
        "-Xmx512m",
        "-XX:+UseG1GC",
        "-XX:SharedClassListFile=" + loaded,
        "-XX:SharedArchiveFile=" + made,
        "-cp",
        JAR.toString());
    if (Files.exists(made)) {
      Files.move(made, archive);
    }
  }

  private static void java(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Running.java().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(new Scratch(DIRECTORY.resolve("home")).environment());
    try {
      builder
          .redirectErrorStream(true)
          .redirectOutput(new File("/dev/null"))
          .redirectInput(new File("/dev/null"))
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
