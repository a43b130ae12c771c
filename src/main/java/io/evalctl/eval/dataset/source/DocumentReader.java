package io.evalctl.eval.dataset.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads a file by its ending: JSON ({@code .json}), JSON with a case a line ({@code .jsonl}, {@code
 * .ndjson}), and YAML for every other. Stateless.
 */
public final class DocumentReader {
  private static final int MOST_BYTES = 64 << 20;
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder().maxStringLength(MOST_BYTES).maxNumberLength(1000).build();

  private static final JsonFactory JSON =
      JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();

  private DocumentReader() {}

  /**
   * @throws EvalctlException FILE_UNREADABLE, or INVALID_DATASET with the line
   */
  public static Document read(Path file) {
    return parse(file, bytes(file));
  }

  /**
   * As {@link #read}, of bytes that are there already.
   *
   * @param file for its ending and for messages
   */
  public static Document parse(Path file, byte[] bytes) {
    String text = text(file, bytes);
    Lines lines = new Lines();
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return new Document(perLine(file, text, lines), lines, true, bytes);
    }
    JsonNode root = tree(file, name.endsWith(".json") ? JSON : yaml(), text, lines, "", 1);
    if (root == null) {
      throw Problems.only(file, 1, "is empty", "evalctl eval --schema prints what it may hold");
    }
    return new Document(root, lines, false, bytes);
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new EvalctlException(
            ErrorCode.FILE_UNREADABLE,
            "dataset " + file + " is a directory",
            "name the dataset's file in it");
      }
      if (!Files.exists(file)) {
        throw new EvalctlException(ErrorCode.FILE_UNREADABLE, "there is no dataset " + file, null);
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new EvalctlException(
            ErrorCode.INVALID_DATASET,
            "dataset %s has %d MiB, and may have 64".formatted(file, size >> 20),
            "put large material into fixtures and documents, or split the dataset");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "dataset " + file + " cannot be read: " + e, null, e);
    }
  }

  /** UTF-8 with or without a byte order mark. */
  private static String text(Path file, byte[] bytes) {
    int skip =
        bytes.length >= 3
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF
            ? 3
            : 0;
    ByteBuffer buffer = ByteBuffer.wrap(bytes, skip, bytes.length - skip);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = 0; i < buffer.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw Problems.only(
          file, line, "is no UTF-8 at byte " + buffer.position(), "save it as UTF-8");
    }
  }

  private static JsonNode perLine(Path file, String text, Lines lines) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode cases = root.putArray("cases");
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (!line.isBlank()) {
        String path = Lines.element("cases", cases.size());
        cases.add(tree(file, JSON, line, lines, path, number));
      }
    }
    if (cases.isEmpty()) {
      throw Problems.only(file, 1, "is empty", "a case a line: {\"name\": ..., \"input\": ...}");
    }
    return root;
  }

  /** YAML's yes and no stay texts, as they do in YAML 1.2: they are fine answers. */
  private static YAMLFactory yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_BYTES);
    return YAMLFactory.builder()
        .loaderOptions(options)
        .streamReadConstraints(CONSTRAINTS)
        .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
        .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
        .build();
  }

  /** The one value that a text holds, or null when it holds none. */
  private static JsonNode tree(
      Path file, JsonFactory streams, String text, Lines lines, String path, int firstLine) {
    try (JsonParser parser = streams.createParser(text)) {
      TreeBuilder builder = new TreeBuilder(file, parser, lines, firstLine);
      if (parser.nextToken() == null) {
        return null;
      }
      JsonNode root = builder.value(path, 0);
      if (parser.nextToken() != null) {
        throw Problems.only(file, builder.line(), "a second document follows the first", null);
      }
      return root;
    } catch (JsonProcessingException e) {
      throw Problems.only(file, firstLine - 1 + line(e), reason(e), null);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "dataset " + file + " cannot be read: " + e, null, e);
    }
  }

  /** A YAML parser knows better where it stumbled than which token it was at. */
  private static int line(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
      return yaml.getProblemMark().getLine() + 1;
    }
    return e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
  }

  /** In one line, without the quoted piece of the file. */
  private static String reason(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblem() != null) {
      String context = yaml.getContext() == null ? "" : yaml.getContext() + ": ";
      return context + yaml.getProblem();
    }
    return e.getOriginalMessage().lines().findFirst().orElse("is unreadable");
  }
}
