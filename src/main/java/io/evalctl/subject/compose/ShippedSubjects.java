package io.evalctl.subject.compose;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds subjects by the name or the file that {@code --subject} gives. Stateless. */
public final class ShippedSubjects {
  private static final List<String> NAMES = List.of("etcd", "redis", "tikv");

  private ShippedSubjects() {}

  /** Those that evalctl brings along. */
  public static List<String> names() {
    return NAMES;
  }

  /** Whether this is meant to be a file rather than a name. */
  public static boolean isFile(String subject) {
    return subject.contains("/") || subject.endsWith(".yaml") || subject.endsWith(".yml");
  }

  /**
   * The subject of that name or file; nothing for a name that none has.
   *
   * @throws io.evalctl.error.EvalctlException FILE_UNREADABLE or INVALID_INPUT for a file
   */
  public static Optional<SubjectDefinition> find(String subject) {
    if (isFile(subject)) {
      return Optional.of(SubjectFile.read(Path.of(subject)));
    }
    return NAMES.contains(subject) ? Optional.of(shipped(subject)) : Optional.empty();
  }

  static SubjectDefinition shipped(String name) {
    return SubjectFile.parse(
        "subject " + name,
        resource(name + ".subject.yaml"),
        compose -> new ComposeSource.Shipped(resource(compose)));
  }

  /** The JSON Schema of subject files. */
  public static String schema() {
    return resource("subject.schema.json");
  }

  private static String resource(String name) {
    try (InputStream in = ShippedSubjects.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
