package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What tells templates apart: SHA-256 over all that goes into one. Every part is preceded by its
 * name and its length, so that no two lists of parts look the same.
 */
final class TemplateKey {
  /** Changes with whatever changes what the same files lead to. */
  private static final String FORMAT = "1";

  private final MessageDigest digest;

  private TemplateKey() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param session goes into the key of a template that cannot be shared
   * @return 64 hexadecimal digits
   * @throws EvalctlException FILE_UNREADABLE
   */
  static String of(TemplateSpec spec, ServerFacts server, String owner, String session) {
    TemplateKey key = new TemplateKey();
    key.add("format", FORMAT);
    key.add("server", Integer.toString(server.major()));
    key.add("owner", owner);
    key.add("encoding", server.encoding());
    key.add("locale", server.locale());
    spec.extensions().forEach(extension -> key.add("extension", extension));
    if (spec.migrationCommand().isEmpty()) {
      key.add("migrator", FlywayMigration.SETTINGS);
      if (spec.placeholders() == null) {
        key.add("placeholders", "off");
      } else {
        new TreeMap<>(spec.placeholders())
            .forEach(
                (name, value) -> {
                  key.add("placeholder", name);
                  key.add("value", value);
                });
      }
    } else {
      key.addCommand(spec);
      if (!spec.shared()) {
        key.add("session", session);
      }
    }
    if (spec.migrations() != null) {
      key.addTree(spec.migrations());
    }
    if (spec.seed() != null) {
      key.addFile("seed", spec.seed());
    }
    return HexFormat.of().formatHex(key.digest.digest());
  }

  /** With the files that it reads, and those that are part of it. */
  private void addCommand(TemplateSpec spec) {
    Path directory =
        spec.migrationDirectory() == null
            ? Path.of("").toAbsolutePath()
            : spec.migrationDirectory().toAbsolutePath();
    Set<Path> files = new TreeSet<>(spec.inputs());
    for (String word : spec.migrationCommand()) {
      add("command", word);
      try {
        Path file = directory.resolve(word);
        if (spec.shared() && Files.isRegularFile(file)) {
          files.add(file);
        }
      } catch (InvalidPathException e) {
        // no file, then
      }
    }
    for (Path file : files) {
      add("input", file.startsWith(directory) ? directory.relativize(file).toString() : "" + file);
      addFile("bytes", file);
    }
  }

  private void add(String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    head(name, bytes.length);
    digest.update(bytes);
  }

  private void head(String name, long length) {
    digest.update((name + ":" + length + ":").getBytes(StandardCharsets.UTF_8));
  }

  private void addTree(Path directory) {
    try (Stream<Path> entries = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> files = entries.filter(Files::isRegularFile).toList();
      List<String> names =
          files.stream().map(file -> directory.relativize(file).toString()).sorted().toList();
      for (String name : names) {
        add("file", name);
        addFile("bytes", directory.resolve(name));
      }
    } catch (NoSuchFileException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "there is no migration directory " + directory, null, e);
    } catch (IOException | java.io.UncheckedIOException e) {
      throw unreadable(directory, e);
    }
  }

  private void addFile(String name, Path file) {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      head(name, Files.size(file));
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    } catch (NoSuchFileException e) {
      throw new EvalctlException(ErrorCode.FILE_UNREADABLE, "there is no file " + file, null, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static EvalctlException unreadable(Path path, Exception e) {
    return new EvalctlException(ErrorCode.FILE_UNREADABLE, path + " cannot be read: " + e, null, e);
  }
}
