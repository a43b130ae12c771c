package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * libpq's password file. Its lines are for databases by their names; clones have names that nobody
 * knows beforehand, so that the line of the database that is named serves for all. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-pgpass.html">section 34.16</a>
 */
final class PasswordFile {
  private static final int FIELDS = 5;

  private PasswordFile() {}

  /**
   * @param named in the settings, or null for {@code ~/.pgpass}
   * @return null when there is none
   * @throws EvalctlException USAGE when the file was named and is not there, or others may read it
   */
  static String find(ServerAddress address, String named, Map<String, String> environment) {
    Path file =
        named != null
            ? Path.of(named)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".pgpass");
    if (!Files.isRegularFile(file)) {
      if (named != null) {
        throw EvalctlException.usage("there is no password file " + file, "check PGPASSFILE");
      }
      return null;
    }
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(PasswordFile::others)) {
        // As libpq, which does without it, too.
        if (named == null) {
          return null;
        }
        throw EvalctlException.usage("others may read password file " + file, "chmod 600 " + file);
      }
      for (String line : Files.readAllLines(file)) {
        List<String> fields = fields(line);
        if (!line.startsWith("#")
            && fields.size() >= FIELDS
            && fits(fields.get(0), address.host())
            && fits(fields.get(1), Integer.toString(address.port()))
            && (fits(fields.get(2), address.database()) || fields.get(2).equals("postgres"))
            && fits(fields.get(3), address.user())) {
          return fields.get(4);
        }
      }
      return null;
    } catch (IOException e) {
      throw EvalctlException.usage("password file " + file + " cannot be read: " + e, null);
    }
  }

  private static boolean others(PosixFilePermission permission) {
    return !permission.name().startsWith("OWNER");
  }

  private static boolean fits(String pattern, String value) {
    return pattern.equals("*") || pattern.equals(value);
  }

  /** A backslash takes the next character as it is. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        field.append(line.charAt(++i));
      } else if (c == ':' && fields.size() < FIELDS - 1) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
