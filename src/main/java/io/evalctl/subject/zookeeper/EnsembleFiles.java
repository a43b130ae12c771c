package io.evalctl.subject.zookeeper;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import io.evalctl.subject.zookeeper.link.LinkFabric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes all that an ensemble needs to be started, anew and from nothing.
 *
 * @param ports of every node, by its name, in order
 */
record EnsembleFiles(
    EnsembleHome home,
    Map<String, NodePorts> ports,
    LinkFabric links,
    NodeProgram program,
    String runId,
    OperatorGuide guide) {

  /** Deletes every node's configuration, data and log, and writes what a first start needs. */
  void write() {
    try {
      DirectoryTree.delete(home.dir().resolve("nodes"));
      for (NodeHome node : home.nodes()) {
        ServerConfiguration configuration = new ServerConfiguration(node, ports, links);
        Files.createDirectories(node.dataDir());
        Files.createDirectories(node.logDir());
        writeText(node.dataDir().resolve("myid"), node.id() + "\n");
        writeText(node.config(), configuration.properties());
        writeText(node.hosts(), configuration.hosts());
      }
      Files.createDirectories(home.nodeCommand().getParent());
      writeCommand(script());
      writeText(home.description(), guide.json().toPrettyString() + "\n");
      writeText(home.context(), guide.text());
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot write the ensemble's files in " + home.dir() + ": " + e,
          "is the disk full, or the directory not yours?",
          e);
    }
  }

  private String script() {
    return ShippedText.fill(
        "node.sh",
        Map.of(
            "HOME", ShellWord.quote(home.dir().toString()),
            "NODES", ShellWord.quote(String.join(" ", home.nodeNames())),
            "JAVA", ShellWord.quote(program.java().toString()),
            "CLASS_PATH", ShellWord.quote(program.classPath()),
            "OPTIONS",
                program.options().stream()
                    .map(ShellWord::quote)
                    .collect(Collectors.joining(" \\\n    ")),
            "RUN_ID", ShellWord.quote(runId)));
  }

  /** Not while it is right: a program that is being written cannot be run, see execve(2). */
  private void writeCommand(String script) throws IOException {
    Path command = home.nodeCommand();
    if (!Files.isExecutable(command) || !Files.readString(command).equals(script)) {
      Files.deleteIfExists(command);
      writeText(command, script);
      Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void writeText(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
