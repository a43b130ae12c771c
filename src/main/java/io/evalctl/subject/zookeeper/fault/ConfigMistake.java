package io.evalctl.subject.zookeeper.fault;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wrong value in a server's configuration, of the sort that people make. With each of them the
 * server ends while it starts (QuorumPeerConfig throws).
 */
enum ConfigMistake {
  /** The letter O for a zero. */
  CLIENT_PORT_NOT_A_NUMBER("clientPort", value -> value.substring(0, value.length() - 1) + "O"),
  CLIENT_PORT_OUT_OF_RANGE("clientPort", value -> "9" + value),
  TICK_TIME_ZERO("tickTime", value -> "0"),
  TICK_TIME_WITH_UNIT("tickTime", value -> value + "ms"),
  INIT_LIMIT_EMPTY("initLimit", value -> ""),
  /** The letter l for a one. */
  CLIENT_ADDRESS_MISSPELT(
      "clientPortAddress", value -> value.substring(0, value.length() - 1) + "l"),
  SERVER_WITHOUT_ELECTION_PORT("server\\.1", value -> value.substring(0, value.lastIndexOf(':')));

  private final Pattern line;
  private final UnaryOperator<String> mistake;

  ConfigMistake(String key, UnaryOperator<String> mistake) {
    this.line = Pattern.compile("(?m)^(" + key + "\\s*=\\s*)(\\S+)[ \\t]*$");
    this.mistake = mistake;
  }

  /** The text with the mistake in it, and otherwise unchanged. */
  String makeIn(String configuration) {
    Matcher matcher = line.matcher(configuration);
    if (!matcher.find()) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "the configuration has no line for the mistake " + label(),
          null);
    }
    return configuration.substring(0, matcher.start())
        + matcher.group(1)
        + mistake.apply(matcher.group(2))
        + configuration.substring(matcher.end());
  }

  static ConfigMistake parse(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
