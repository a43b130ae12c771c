package io.evalctl.session;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * Which evalctl this is.
 *
 * @param commit the abbreviated commit it was built from, or "unknown"
 * @param jdk the version of the JDK it runs on
 */
public record BuildInfo(String version, String commit, String jdk) {
  private static final String RESOURCE = "/io/evalctl/build.properties";

  public static BuildInfo current() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      properties.clear();
    }
    return new BuildInfo(
        properties.getProperty("version", "unknown"),
        known(properties.getProperty("commit", "")),
        System.getProperty("java.version"));
  }

  /** A build outside a checkout leaves the placeholder as it is. */
  private static String known(String commit) {
    return commit.isEmpty() || commit.startsWith("$") ? "unknown" : commit;
  }
}
