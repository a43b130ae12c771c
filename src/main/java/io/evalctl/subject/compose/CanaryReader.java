package io.evalctl.subject.compose;

import io.evalctl.question.Ask;
import io.evalctl.question.Question;
import io.evalctl.question.Template;
import io.evalctl.subject.compose.SubjectDefinition.CanaryDefinition;
import io.evalctl.subject.compose.SubjectDefinition.ReadAllDefinition;
import io.evalctl.subject.compose.SubjectDefinition.ReadDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads how a canary reads and writes. */
final class CanaryReader {
  private static final Set<String> OF_KEY = Set.of("node", "key", "value");
  private static final Set<String> OF_PREFIX = Set.of("node", "prefix", "prefixEnd");

  private final QuestionReader questions;
  private final boolean leaders;

  /**
   * @param leaders whether the subject tells which node leads
   */
  CanaryReader(QuestionReader questions, boolean leaders) {
    this.questions = questions;
    this.leaders = leaders;
  }

  /**
   * @param asked the nodes that may be asked
   */
  CanaryDefinition read(SubjectKeys keys, List<String> asked) {
    keys.known("nodes", "period", "timeout", "write", "read", "read-all");
    SubjectKeys write =
        keys.requiredObject("write").known("at", "http", "tcp", "exec", "status", "expect");
    SubjectKeys read =
        keys.requiredObject("read")
            .known("at", "http", "tcp", "exec", "status", "expect", "value", "pattern", "decode");
    Question writing = questions.read(write, asked, OF_KEY);
    // 20 writes and 20 reads a second; a program for each would keep a small machine busy.
    Duration usual = Duration.ofMillis(writing.ask() instanceof Ask.Exec ? 500 : 50);
    return new CanaryDefinition(
        asked,
        atLeader(write),
        atLeader(read),
        keys.duration("period", usual, SubjectFile.SHORTEST, SubjectFile.LONGEST),
        keys.duration("timeout", Duration.ofSeconds(1), SubjectFile.SHORTEST, SubjectFile.LONGEST),
        writing,
        new ReadDefinition(
            questions.read(read, asked, OF_KEY, true),
            read.path("value", SubjectFile.OF_NODE).orElse(null),
            group(read),
            decode(read)),
        keys.object("read-all").map(inner -> readAll(inner, asked)).orElse(null));
  }

  private ReadAllDefinition readAll(SubjectKeys keys, List<String> asked) {
    keys.known("http", "tcp", "exec", "status", "expect", "items", "key", "value", "decode");
    return new ReadAllDefinition(
        questions.read(keys, asked, OF_PREFIX, true),
        keys.path("items", SubjectFile.OF_NODE).orElseThrow(() -> keys.missing("items")),
        keys.required("key"),
        keys.required("value"),
        decode(keys));
  }

  private boolean atLeader(SubjectKeys keys) {
    boolean leader = keys.choice("at", "any", List.of("any", "leader")).equals("leader");
    if (leader && !leaders) {
      throw keys.wrong("at", "nothing tells which node leads", "give the subject a leader");
    }
    return leader;
  }

  /** A regular expression whose first group is the value. */
  static Pattern group(SubjectKeys keys) {
    Pattern pattern = keys.pattern("pattern").orElse(null);
    if (pattern != null && keys.has("value")) {
      throw keys.wrong("pattern", "beside value", "one says where the value is: give one of them");
    }
    if (pattern != null && pattern.matcher("").groupCount() < 1) {
      throw keys.wrong("pattern", "has no group", "put the value in parentheses, such as ^x=(.*)$");
    }
    return pattern;
  }

  private static String decode(SubjectKeys keys) {
    String functions = keys.text("decode").orElse("");
    if (!functions.isBlank()) {
      Template.of("{{" + functions + " value}}")
          .fault(Set.of("value"))
          .ifPresent(
              fault -> {
                throw keys.wrong("decode", fault, null);
              });
    }
    return functions;
  }
}
