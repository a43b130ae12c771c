package io.evalctl.testing;

/**
 * A loopback address that this JVM alone uses (Linux answers for all of 127.0.0.0/8). A port that
 * was free a moment ago on 127.0.0.1 may be the source port of anybody's connection by the time a
 * server binds it, and again whenever that server is restarted.
 */
public final class OwnLoopback {
  /** Below the ports that the kernel gives out. */
  public static final int PORT = 21_999;

  private OwnLoopback() {}

  /** The same in the whole life of this JVM. */
  public static String address() {
    long pid = ProcessHandle.current().pid();
    return "127." + (128 | pid >> 16 & 127) + "." + (pid >> 8 & 255) + "." + (pid & 255);
  }
}
