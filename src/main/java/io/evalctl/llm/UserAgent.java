package io.evalctl.llm;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** How evalctl calls itself to servers: {@code evalctl/VERSION}. */
final class UserAgent {
  static final String VALUE = "evalctl/" + version();

  private UserAgent() {}

  private static String version() {
    Properties build = new Properties();
    try (InputStream in = UserAgent.class.getResourceAsStream("/io/evalctl/build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      build.clear();
    }
    return build.getProperty("version", "unknown");
  }
}
