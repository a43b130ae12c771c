package io.evalctl.operator;

import java.nio.file.Path;
import java.util.List;

/** The command that starts an operator. */
final class OperatorCommandLine {
  private OperatorCommandLine() {}

  /**
   * The words of the command.
   *
   * @throws IllegalArgumentException for one that evalctl does not start
   */
  static List<String> of(AgentSpec spec) {
    if (spec instanceof AgentSpec.Exec exec) {
      return List.of("sh", "-c", exec.command());
    }
    if (spec instanceof AgentSpec.Runbook) {
      return runbook();
    }
    throw new IllegalArgumentException("agent " + spec + " is not started by evalctl");
  }

  /** This very program again, made light: its processor time is taken from the measured system. */
  private static List<String> runbook() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms8m",
        "-Xmx32m",
        "-Xss512k",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "io.evalctl.Main",
        "operator",
        "runbook");
  }
}
