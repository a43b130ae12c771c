package io.evalctl.template;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * A directory of migrations for Flyway, which takes SQL in UTF-8 alone: the lines that pg_dump
 * writes for psql are left out, and what is no SQL is called by its name. Immutable.
 */
final class MigrationFiles implements ResourceProvider {
  private final Path directory;
  private final List<Path> files;

  /** All files below it, links followed. */
  MigrationFiles(Path directory) {
    this.directory = directory;
    try (Stream<Path> entries = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
      this.files = entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public LoadableResource getResource(String name) {
    return files.stream()
        .filter(file -> directory.relativize(file).toString().equals(name))
        .findFirst()
        .map(this::resource)
        .orElse(null);
  }

  @Override
  public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
    return files.stream()
        .filter(
            file -> {
              String name = file.getFileName().toString();
              return name.startsWith(prefix)
                  && Arrays.stream(suffixes)
                      .anyMatch(
                          suffix ->
                              name.endsWith(suffix)
                                  && name.length() > prefix.length() + suffix.length());
            })
        .map(this::resource)
        .toList();
  }

  private LoadableResource resource(Path file) {
    return new Migration(directory, file);
  }

  private static final class Migration extends LoadableResource {
    private final Path directory;
    private final Path file;

    private Migration(Path directory, Path file) {
      this.directory = directory;
      this.file = file;
    }

    @Override
    public Reader read() {
      try {
        return new WithoutRestrict(
            new BufferedReader(
                new InputStreamReader(ScriptFile.open(file), StandardCharsets.UTF_8.newDecoder()),
                1 << 16));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String getAbsolutePath() {
      return file.toString();
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return file.toString();
    }

    @Override
    public String getFilename() {
      return file.getFileName().toString();
    }

    @Override
    public String getRelativePath() {
      return directory.relativize(file).toString();
    }
  }

  /**
   * Empties the line {@code \restrict KEY} and the line {@code \}{@code unrestrict} with the same
   * key, which protect psql from a dump; all other lines stay where they were.
   */
  private static final class WithoutRestrict extends Reader {
    private static final String RESTRICT = "\\restrict ";

    private final BufferedReader in;
    private final StringBuilder line = new StringBuilder();
    private int given;
    private String key;

    private WithoutRestrict(BufferedReader in) {
      this.in = in;
    }

    @Override
    public int read(char[] into, int from, int length) throws IOException {
      if (given == line.length() && !next()) {
        return -1;
      }
      int count = Math.min(length, line.length() - given);
      line.getChars(given, given + count, into, from);
      given += count;
      return count;
    }

    private boolean next() throws IOException {
      line.setLength(0);
      given = 0;
      for (int c = in.read(); c >= 0; c = in.read()) {
        line.append((char) c);
        if (c == '\n') {
          break;
        }
      }
      if (line.length() > 0 && line.charAt(0) == '\\') {
        String text = line.toString().strip();
        if (key == null && text.startsWith(RESTRICT)) {
          key = text.substring(RESTRICT.length());
          line.replace(0, line.length(), "\n");
        } else if (text.equals("\\un" + RESTRICT.substring(1) + key)) {
          key = null;
          line.replace(0, line.length(), "\n");
        }
      }
      return line.length() > 0;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
