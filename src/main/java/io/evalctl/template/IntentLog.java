package io.evalctl.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a session is about to create on a server, noted in a local file first: CREATE DATABASE
 * allows no transaction, and the comment that says whose it is comes after it. One JSON line a
 * step; the file goes when nothing is left. Thread-safe.
 */
final class IntentLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final OutputStream out;
  private final Set<String> left = new LinkedHashSet<>();

  private IntentLog(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /** A session's file as a later evalctl reads it. */
  record Left(Path file, String session, String server, Set<String> databases) {}

  static Path directory(Path state) {
    return state.resolve("databases");
  }

  /**
   * @param server the server's identity
   */
  static IntentLog create(Path state, String session, String server) {
    Path file = directory(state).resolve(session + ".jsonl");
    try {
      Files.createDirectories(file.getParent());
      // Not through a channel, which an interrupt of the writing thread would close.
      IntentLog log = new IntentLog(file, new FileOutputStream(file.toFile(), true));
      log.line(JSON.createObjectNode().put("session", session).put("server", server).toString());
      return log;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  synchronized void creating(String database) {
    write("creating", database);
    left.add(database);
  }

  synchronized void gone(String database) {
    if (left.remove(database)) {
      write("gone", database);
    }
  }

  /** What was created and is not known to be gone. */
  synchronized Set<String> left() {
    return Set.copyOf(left);
  }

  /** Forgets the session when nothing is left. */
  @Override
  public synchronized void close() {
    try {
      out.close();
      if (left.isEmpty()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Every session on record for this server. */
  static List<Left> read(Path state, String server) {
    List<Left> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(state), "*.jsonl")) {
      for (Path file : files) {
        Left session = read(file);
        if (session != null && session.server().equals(server)) {
          found.add(session);
        }
      }
    } catch (NoSuchFileException e) {
      return found;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "notes in " + directory(state) + ": " + e, null, e);
    }
    return found;
  }

  /** Null when it is not one of these, or has gone meanwhile. */
  private static Left read(Path file) throws IOException {
    String session = null;
    String server = null;
    Set<String> names = new LinkedHashSet<>();
    try {
      for (String line : Files.readAllLines(file)) {
        JsonNode json = JSON.readTree(line);
        if (json.has("session")) {
          session = json.path("session").asText();
          server = json.path("server").asText();
        } else if (json.has("creating")) {
          names.add(json.path("creating").asText());
        } else {
          names.remove(json.path("gone").asText());
        }
      }
    } catch (JsonProcessingException e) {
      // The last line of a process that was killed; what it was about to do it did not do.
    } catch (NoSuchFileException e) {
      return null;
    }
    return session == null ? null : new Left(file, session, server, names);
  }

  private void write(String step, String database) {
    try {
      line(JSON.createObjectNode().put(step, database).toString());
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** In one write, so that no line is ever torn by another. */
  private void line(String text) throws IOException {
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static EvalctlException unwritable(Path file, IOException e) {
    return new EvalctlException(
        ErrorCode.FILE_UNWRITABLE,
        "databases must be noted in " + file + " before they are created: " + e,
        "set XDG_STATE_HOME to a directory that can be written to",
        e);
  }
}
