package io.evalctl.subject.zookeeper;

import io.evalctl.clock.TimeSource;
import java.nio.file.Path;

/** Starts an ensemble and waits to be killed. */
final class Abandoner {
  private Abandoner() {}

  public static void main(String[] arguments) throws Exception {
    ZookeeperSubject subject =
        ZookeeperSubject.open(
            new ZookeeperOptions(
                3,
                Path.of(arguments[0]),
                Boolean.parseBoolean(arguments[1]),
                arguments[2],
                Path.of(arguments[3])),
            new DirectLinks(),
            TimeSource.system(),
            it -> null);
    subject.reset();
    System.out.println("started");
    // The test holds the other end: should it end without killing this, the read returns.
    System.in.read();
    subject.close();
  }
}
