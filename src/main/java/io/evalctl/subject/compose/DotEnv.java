package io.evalctl.subject.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of Compose and of the docker command in a {@code .env} beside a Compose file (Docker
 * documentation, "Pre-defined environment variables"). Compose reads them there at every step, but
 * a run's own form of the file lies elsewhere. Stateless.
 */
final class DotEnv {
  private static final Pattern SETTING =
      Pattern.compile(
          "(?:export\\s+)?((?:COMPOSE|DOCKER|BUILDKIT)_[A-Z0-9_]+)\\s*=\\s*"
              + "(?:'([^']*)'|\"([^\"]*)\"|(.*?))(?:\\s+#.*)?");

  private DotEnv() {}

  /**
   * Adds what is set there to an environment, whose own variables count more.
   *
   * @param directory of the Compose file
   */
  static Map<String, String> under(Map<String, String> environment, Path directory) {
    Map<String, String> all = new HashMap<>();
    try {
      for (String line : Files.readString(directory.resolve(".env")).lines().toList()) {
        Matcher matcher = SETTING.matcher(line.strip());
        if (matcher.matches()) {
          all.put(matcher.group(1), value(matcher));
        }
      }
    } catch (IOException e) {
      // Compose itself complains of one that cannot be read.
    }
    all.putAll(environment);
    return all;
  }

  private static String value(Matcher matcher) {
    for (int group = 2; group < 4; group++) {
      if (matcher.group(group) != null) {
        return matcher.group(group);
      }
    }
    return matcher.group(4);
  }
}
