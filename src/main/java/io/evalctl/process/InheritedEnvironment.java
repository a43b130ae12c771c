package io.evalctl.process;

import java.util.Map;

/**
 * What the programs that evalctl starts inherit of its environment. Options of evalctl itself are
 * not for them: they may be, or call, an evalctl. The locale is the user's again, which {@code
 * scripts/evalctl} puts aside, because the JVM reads and writes paths, arguments and variables in
 * UTF-8 only under such a locale. Stateless.
 */
public final class InheritedEnvironment {
  private static final String OWN = "EVALCTL_";

  /** The user's LC_ALL as the launcher found it; empty when there was none. */
  private static final String USER_LOCALE = "EVALCTL_LAUNCHER_LC_ALL";

  private InheritedEnvironment() {}

  /** Makes a copy of evalctl's environment fit for another program. */
  public static void forProgram(Map<String, String> environment) {
    String locale = environment.get(USER_LOCALE);
    forEvalctl(environment);
    if (locale != null && locale.isEmpty()) {
      environment.remove("LC_ALL");
    } else if (locale != null) {
      environment.put("LC_ALL", locale);
    }
  }

  /** Makes it fit for this very program, which keeps the locale that it needs. */
  public static void forEvalctl(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith(OWN));
  }
}
