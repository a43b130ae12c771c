package io.evalctl.eval.dataset;

import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.source.DocumentReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads datasets that name no files from texts. */
final class Datasets {
  private Datasets() {}

  static Dataset read(String fileName, byte[] bytes) {
    Path file = Path.of(fileName);
    return DatasetReader.read(DocumentReader.parse(file, bytes), file, false, false);
  }

  static Dataset yaml(String text) {
    return read("d.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  static Dataset json(String text) {
    return read("d.json", text.getBytes(StandardCharsets.UTF_8));
  }

  static Dataset lines(String text) {
    return read("d.jsonl", text.getBytes(StandardCharsets.UTF_8));
  }

  /** What is said of a dataset that is refused. */
  static EvalctlException refusal(String fileName, String text) {
    try {
      read(fileName, text.getBytes(StandardCharsets.UTF_8));
    } catch (EvalctlException e) {
      return e;
    }
    throw new AssertionError("accepted:\n" + text);
  }

  static EvalctlException refusal(String yaml) {
    return refusal("d.yaml", yaml);
  }
}
