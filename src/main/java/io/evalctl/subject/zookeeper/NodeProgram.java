package io.evalctl.subject.zookeeper;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The Java program that every node runs: this JVM's own Java and class path, as small and as quick
 * to start as it gets.
 *
 * @param java the executable, absolute
 * @param classPath absolute
 * @param classArchive a class-data archive that speeds up the start; the JVM ignores it when it
 *     does not fit
 */
record NodeProgram(Path java, String classPath, Optional<Path> classArchive) {
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx64m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Djava.net.preferIPv4Stack=true",
          "-Dorg.slf4j.simpleLogger.logFile=System.out",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
          "-Dorg.slf4j.simpleLogger.log.org.apache.zookeeper=info",
          // These two have a line for every health probe.
          "-Dorg.slf4j.simpleLogger.log.org.apache.zookeeper.server.NIOServerCnxn=warn",
          "-Dorg.slf4j.simpleLogger.log.org.apache.zookeeper.server.command=warn",
          "-Dorg.slf4j.simpleLogger.showDateTime=true",
          "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
          "-Dorg.slf4j.simpleLogger.showShortLogName=true");

  /** With the Java that runs evalctl. */
  static NodeProgram ofThisJvm() {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return of(classPath);
  }

  /** With the Java that runs evalctl, and another class path, all absolute. */
  static NodeProgram of(String classPath) {
    return new NodeProgram(
        Path.of(System.getProperty("java.home"), "bin", "java"), classPath, archiveOf(classPath));
  }

  /** The archive beside a jar: {@code NAME-zookeeper.jsa} for {@code NAME.jar}. */
  static Optional<Path> archiveOf(String classPath) {
    if (classPath.contains(File.pathSeparator) || !classPath.endsWith(".jar")) {
      return Optional.empty();
    }
    String name = classPath.substring(0, classPath.length() - ".jar".length());
    return Optional.of(Path.of(name + "-zookeeper.jsa")).filter(Files::isReadable);
  }

  /** The JVM's options, without the class path. */
  List<String> options() {
    List<String> options = new ArrayList<>(JVM_OPTIONS);
    classArchive.ifPresent(
        archive -> {
          options.add("-XX:SharedArchiveFile=" + archive);
          // One of an older build or another Java is left aside, and no news to an operator.
          options.add("-Xlog:cds=off");
          options.add("-Xlog:cds+dynamic=off");
        });
    return options;
  }
}
