package io.evalctl.subject.zookeeper;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** The log of a node. */
record NodeLog(NodeHome node) {
  private static final int TAIL = 16 * 1024;

  /** The head of a stack trace or of a part of one, or what Java says when it cannot begin. */
  private static final Pattern CAUSE =
      Pattern.compile("(Caused by|Error): .*|[\\w.$]+(Exception|Error)(: .*)?");

  /** The last line that names a cause, or else the last line; empty when there is none. */
  String lastWords() {
    List<String> lines = tail().lines().map(String::strip).filter(it -> !it.isEmpty()).toList();
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (CAUSE.matcher(lines.get(i)).matches()) {
        return lines.get(i);
      }
    }
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  private String tail() {
    try (RandomAccessFile file = new RandomAccessFile(node.logFile().toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL);
      file.seek(start);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
