package io.evalctl.eval.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.eval.dataset.source.NamedFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a case's input as its task takes it: a text, or an object with a question (or turns) and
 * documents; anything for a program.
 */
record InputReader(TaskKind task, NamedFiles files) {

  /**
   * @param input as written
   * @param turns empty for a program
   */
  record Input(JsonNode input, List<String> turns, List<Path> documents) {}

  Input read(Fields fields) {
    JsonNode node = fields.node("input");
    if (task == TaskKind.EXEC) {
      return new Input(node.isMissingNode() ? NullNode.getInstance() : node, List.of(), List.of());
    }
    if (!fields.require("input")) {
      return new Input(node, List.of(), List.of());
    }
    if (!node.isObject()) {
      String text = fields.text("input");
      return new Input(node, text == null ? List.of() : List.of(text), List.of());
    }
    Fields input = fields.object("input");
    List<Path> documents = List.of();
    if (task == TaskKind.RLM) {
      input.knows("question", "prompt", "documents");
      documents = files.files(input, "documents");
    } else {
      input.knows("question", "prompt", "turns");
      if (input.has("documents")) {
        input.knows("documents");
        input.wrong("documents", "is read by task rlm alone", "set 'task: rlm'");
      }
    }
    List<String> turns = turns(input);
    input.refuseOthers();
    return new Input(node, turns, documents);
  }

  private List<String> turns(Fields input) {
    List<String> given =
        (task == TaskKind.RLM
                ? Stream.of("question", "prompt")
                : Stream.of("question", "prompt", "turns"))
            .filter(input::has)
            .toList();
    if (given.size() != 1) {
      input.wrong(
          given.isEmpty()
              ? "holds no question"
              : "'" + String.join("' and '", given) + "' exclude each other",
          given.isEmpty() ? "give it a 'question'" : null);
      return List.of();
    }
    if (given.get(0).equals("turns")) {
      return input.texts("turns");
    }
    String text = input.text(given.get(0));
    return text == null ? List.of() : List.of(text);
  }
}
