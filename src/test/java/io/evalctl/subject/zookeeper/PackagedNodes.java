package io.evalctl.subject.zookeeper;

import io.evalctl.chaos.FaultInjector;
import io.evalctl.clock.TimeSource;
import io.evalctl.subject.zookeeper.link.LinkFabric;
import io.evalctl.testing.ClassArchives;
import io.evalctl.testing.Running;
import java.util.function.Function;

/** Ensembles whose nodes run the built jar, as a user's do: they start in half the time. */
public final class PackagedNodes {
  private PackagedNodes() {}

  public static ZookeeperSubject open(
      ZookeeperOptions options,
      LinkFabric links,
      TimeSource time,
      Function<ZookeeperSubject, FaultInjector> faults) {
    ClassArchives.prepare();
    return ZookeeperSubject.open(
        options, links, time, faults, NodeProgram.of(Running.jar().toString()));
  }
}
