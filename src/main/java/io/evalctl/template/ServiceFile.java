package io.evalctl.template;

import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * libpq's files of named connections. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-pgservice.html">section 34.17</a>
 */
final class ServiceFile {
  /** Where Debian and others keep what is for all users, when PGSYSCONFDIR does not say. */
  private static final List<String> SYSTEM =
      List.of("/etc/postgresql-common", "/etc", "/etc/sysconfig/pgsql");

  private ServiceFile() {}

  /**
   * A service's settings by libpq's keywords.
   *
   * @throws EvalctlException USAGE
   */
  static Map<String, String> read(String service, Map<String, String> environment) {
    List<Path> files = files(environment);
    for (Path file : files) {
      Map<String, String> found = find(file, service);
      if (found != null) {
        return found;
      }
    }
    throw EvalctlException.usage(
        "there is no service '%s' in %s"
            .formatted(service, String.join(", ", files.stream().map(Path::toString).toList())),
        "define it as [" + service + "], or unset PGSERVICE");
  }

  private static List<Path> files(Map<String, String> environment) {
    List<Path> files = new ArrayList<>();
    String own = environment.getOrDefault("PGSERVICEFILE", "");
    files.add(
        own.isEmpty()
            ? Path.of(
                environment.getOrDefault("HOME", System.getProperty("user.home")),
                ".pg_service.conf")
            : Path.of(own));
    String place = environment.getOrDefault("PGSYSCONFDIR", "");
    (place.isEmpty() ? SYSTEM : List.of(place))
        .forEach(directory -> files.add(Path.of(directory, "pg_service.conf")));
    return files;
  }

  /** Null when the file, or the service in it, is not there. */
  private static Map<String, String> find(Path file, String service) {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    Map<String, String> settings = null;
    try {
      int number = 0;
      for (String text : Files.readAllLines(file)) {
        number++;
        String line = text.strip();
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        if (line.startsWith("[")) {
          if (settings != null) {
            return settings;
          }
          settings = line.equals("[" + service + "]") ? new LinkedHashMap<>() : null;
        } else if (settings != null) {
          int equals = line.indexOf('=');
          if (equals < 1 || line.startsWith("service=") || line.startsWith("ldap")) {
            throw EvalctlException.usage(
                "%s, line %d: service '%s' has a line that evalctl cannot follow"
                    .formatted(file, number, service),
                "a line of a service is KEYWORD=VALUE, and names no LDAP server and no other"
                    + " service");
          }
          settings.putIfAbsent(
              line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
      }
    } catch (IOException e) {
      throw EvalctlException.usage("service file " + file + " cannot be read: " + e, null);
    }
    return settings;
  }
}
