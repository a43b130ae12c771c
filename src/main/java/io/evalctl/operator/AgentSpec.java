package io.evalctl.operator;

import io.evalctl.error.EvalctlException;
import java.time.Duration;

/**
 * Which operator a campaign evaluates: the value of {@code --agent}. Immutable; its text form,
 * {@link #toString()}, parses back to an equal one.
 */
public sealed interface AgentSpec {

  /** What can be given, for help and hints. */
  String CHOICES = "none, runbook, exec:COMMAND or external";

  /** Nobody: what heals by itself. */
  record None() implements AgentSpec {
    @Override
    public String toString() {
      return "none";
    }
  }

  /** The built-in rule-based operator, the control to beat. */
  record Runbook() implements AgentSpec {
    @Override
    public String toString() {
      return "runbook";
    }
  }

  /**
   * A program that is started for each trial.
   *
   * @param command a command line for {@code sh -c}
   */
  record Exec(String command) implements AgentSpec {
    public Exec {
      if (command.isBlank()) {
        throw EvalctlException.usage(
            "agent exec: names no command", "give one, as in exec:scripts/sample-operator");
      }
    }

    @Override
    public String toString() {
      return "exec:" + command;
    }
  }

  /** One that runs already and is neither started nor ended by evalctl. */
  record External() implements AgentSpec {
    @Override
    public String toString() {
      return "external";
    }
  }

  /**
   * Reads the value of {@code --agent}.
   *
   * @throws EvalctlException USAGE when it names no agent
   */
  static AgentSpec parse(String text) {
    String word = text.strip();
    if (word.startsWith("exec:")) {
      return new Exec(word.substring("exec:".length()).strip());
    }
    return switch (word) {
      case "none" -> new None();
      case "runbook" -> new Runbook();
      case "external" -> new External();
      default -> throw unknown(word);
    };
  }

  /** How long it is given between the moment it is ready and the fault, unless that is set. */
  default Duration defaultWarmup() {
    return this instanceof Exec || this instanceof External ? Duration.ofSeconds(2) : Duration.ZERO;
  }

  private static EvalctlException unknown(String word) {
    if (word.startsWith("llm:")) {
      return EvalctlException.usage(
          "agent " + word + ": models as operators are not there yet", "use " + CHOICES);
    }
    if (word.equals("exec")) {
      return EvalctlException.usage(
          "agent exec names no command", "write exec:COMMAND, as in exec:scripts/sample-operator");
    }
    return EvalctlException.usage("unknown agent '" + word + "'", "use " + CHOICES);
  }
}
