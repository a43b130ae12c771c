package io.evalctl.process;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The evalctl process that a row belongs to.
 *
 * @param process its id and start time
 * @param host the machine, by its boot id where there is one: process ids mean nothing elsewhere
 */
public record ProcessOwner(ProcessIdentity process, String host) {

  /** This process. */
  public static ProcessOwner self() {
    return new ProcessOwner(ProcessIdentity.self(), thisHost());
  }

  /** Whether it is known to be dead. An owner on another host counts as alive: we cannot tell. */
  public boolean dead() {
    return host.equals(thisHost()) ? !process.alive() : sameMachineBootedSince();
  }

  private boolean sameMachineBootedSince() {
    int slash = host.lastIndexOf('/');
    return slash > 0 && thisHost().startsWith(host.substring(0, slash + 1));
  }

  private static String thisHost() {
    return Host.NAME;
  }

  private static final class Host {
    static final String NAME = hostName() + "/" + bootId();

    private static String hostName() {
      try {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      } catch (IOException e) {
        return loopbackName();
      }
    }

    private static String loopbackName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (IOException e) {
        return "localhost";
      }
    }

    private static String bootId() {
      try {
        return Files.readString(
                Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII)
            .strip();
      } catch (IOException e) {
        return "unknown";
      }
    }
  }
}
