package io.evalctl.eval.dataset.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files that a dataset names. A path is relative to the dataset; where it leads, links
 * followed, must be inside the dataset's folder unless the user allows more. Not thread-safe.
 */
public final class NamedFiles {
  private final Path directory;
  private Path inside;
  private final boolean allowOutside;
  private final Map<String, Path> contents = new LinkedHashMap<>();
  private final Map<String, String> verdicts = new HashMap<>();

  /**
   * @param directory the dataset's, absolute
   */
  public NamedFiles(Path directory, boolean allowOutside) {
    this.directory = directory;
    this.allowOutside = allowOutside;
  }

  /** The readable file that a field names, or null. */
  public Path file(Fields fields, String name) {
    String text = fields.text(name);
    return text == null ? null : file(fields, name, text);
  }

  /** The readable files that a field lists. */
  public List<Path> files(Fields fields, String name) {
    List<Path> files = new ArrayList<>();
    for (String text : fields.anyTexts(name)) {
      Path file = file(fields, name, text);
      if (file != null) {
        files.add(file);
      }
    }
    return files;
  }

  private Path file(Fields fields, String name, String text) {
    String verdict = verdicts.computeIfAbsent(text, this::examineFile);
    if (!verdict.isEmpty()) {
      refuse(fields, name, verdict);
      return null;
    }
    return contents.computeIfAbsent(text, key -> directory.resolve(key).normalize());
  }

  /** The directory that a field names, or null; all files in it count as named. */
  public Path directory(Fields fields, String name) {
    String text = fields.text(name);
    if (text == null) {
      return null;
    }
    try {
      Path path = directory.resolve(text).normalize();
      String verdict = examine(text, path, true);
      if (!verdict.isEmpty()) {
        refuse(fields, name, verdict);
        return null;
      }
      return tree(fields, name, text, path) == null ? null : path;
    } catch (IOException | InvalidPathException e) {
      fields.wrong(name, "'" + text + "' cannot be read: " + e.getMessage(), null);
      return null;
    }
  }

  /** All files in a directory, or null when one of them is refused. */
  private List<Path> tree(Fields fields, String name, String text, Path path) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.walk(path)) {
      files = entries.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String inner = text + "/" + path.relativize(file);
      String wrong = examine(inner, file, false);
      if (!wrong.isEmpty()) {
        refuse(fields, name, wrong);
        return null;
      }
      contents.put(inner, file);
    }
    return files;
  }

  /** The readable files that a field lists, by name, by glob, or as all files of a directory. */
  public List<Path> matching(Fields fields, String name) {
    Set<Path> found = new TreeSet<>();
    for (String text : fields.texts(name)) {
      try {
        if (text.matches(".*[*?\\[{].*")) {
          glob(fields, name, text, found);
        } else if (Files.isDirectory(directory.resolve(text))) {
          List<Path> tree = tree(fields, name, text, directory.resolve(text).normalize());
          found.addAll(tree == null ? List.of() : tree);
        } else {
          Path file = file(fields, name, text);
          if (file != null) {
            found.add(file);
          }
        }
      } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
        fields.wrong(name, "'" + text + "' cannot be read: " + e.getMessage(), null);
      }
    }
    return List.copyOf(found);
  }

  private void glob(Fields fields, String name, String text, Set<Path> found) throws IOException {
    PathMatcher matcher = directory.getFileSystem().getPathMatcher("glob:" + text);
    // As elsewhere, two stars are any number of directories, and so none, too.
    PathMatcher flat = directory.getFileSystem().getPathMatcher("glob:" + text.replace("**/", ""));
    List<Path> matches;
    try (Stream<Path> entries = Files.walk(directory)) {
      matches =
          entries
              .filter(
                  file -> {
                    Path inner = directory.relativize(file);
                    return matcher.matches(inner) || flat.matches(inner);
                  })
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
    }
    if (matches.isEmpty()) {
      fields.wrong(name, "no file is like '" + text + "'", null);
    }
    for (Path match : matches) {
      Path file = file(fields, name, directory.relativize(match).toString());
      if (file != null) {
        found.add(file);
      }
    }
  }

  /** Every file so far by the name that the dataset gives it, in order. */
  public Map<String, Path> contents() {
    return contents;
  }

  private void refuse(Fields fields, String name, String verdict) {
    boolean outside = verdict.endsWith("outside the dataset's folder");
    fields.wrong(name, verdict, outside ? "--allow-outside permits it" : null);
  }

  private String examineFile(String text) {
    try {
      return examine(text, directory.resolve(text).normalize(), false);
    } catch (InvalidPathException e) {
      return "'" + text + "' is no path";
    }
  }

  /** What is wrong with it; empty when nothing is. */
  private String examine(String text, Path path, boolean wantsDirectory) {
    try {
      Path real = path.toRealPath();
      if (inside == null) {
        inside = directory.toRealPath();
      }
      if (!allowOutside && !real.startsWith(inside)) {
        return "'" + text + "' is outside the dataset's folder";
      }
      if (!wantsDirectory && Files.exists(real.resolve("toc.dat"))) {
        return "'"
            + text
            + "' is a directory-format dump (pg_dump -Fd); make SQL of it with pg_restore -f"
            + " fixture.sql "
            + text;
      }
      if (wantsDirectory != Files.isDirectory(real)
          || !wantsDirectory && !Files.isRegularFile(real)) {
        return "'" + text + "' is no " + (wantsDirectory ? "directory" : "file");
      }
      return Files.isReadable(real) ? "" : "'" + text + "' may not be read";
    } catch (IOException e) {
      return Files.exists(path)
          ? "'" + text + "' cannot be read: " + e.getMessage()
          : "there is no " + (wantsDirectory ? "directory '" : "file '") + text + "'";
    }
  }
}
