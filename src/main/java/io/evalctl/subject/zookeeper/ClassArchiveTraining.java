package io.evalctl.subject.zookeeper;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.file.DirectoryTree;
import io.evalctl.subject.PortBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.server.admin.AdminServer.AdminServerException;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * Runs three voters in this JVM for a moment, for no other purpose than to have their classes
 * loaded when it ends. Run with {@code -XX:ArchiveClassesAtExit}, the JVM then writes the
 * class-data archive that nodes start with; see {@link NodeProgram#archiveOf}. Not part of a
 * campaign: the launcher does it once for a build, and without the archive nodes only start more
 * slowly.
 */
public final class ClassArchiveTraining {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private ClassArchiveTraining() {}

  public static void main(String[] arguments) throws IOException {
    TimeSource time = TimeSource.system();
    EnsembleHome home = EnsembleHome.of(Files.createTempDirectory("evalctl-training"), 3);
    List<Voter> voters = new ArrayList<>();
    Map<String, Integer> clientPorts = new LinkedHashMap<>();
    try (PortBlock block = PortBlock.claim()) {
      Map<String, NodePorts> ports = NodePorts.assign(home.nodeNames(), block.ports());
      for (NodeHome node : home.nodes()) {
        Files.createDirectories(node.dataDir());
        Files.writeString(node.dataDir().resolve("myid"), node.id() + "\n");
        Files.writeString(
            node.config(),
            new ServerConfiguration(node, ports, new DirectLinks())
                .properties()
                .replace("=" + node.name() + ":", "=127.0.0.1:"));
        clientPorts.put(node.name(), ports.get(node.name()).client());
        voters.add(Voter.start(node.config()));
      }
      Waiter.until(
          "the training ensemble",
          Deadline.in(LIMIT, time),
          Duration.ofMillis(50),
          () -> ServerStatus.ofServing(clientPorts, LIMIT, time).size() == voters.size());
    } finally {
      voters.forEach(QuorumPeerMain::close);
      DirectoryTree.delete(home.dir());
    }
  }

  private static final class Voter extends QuorumPeerMain {
    static Voter start(Path config) {
      Voter voter = new Voter();
      Thread thread = new Thread(() -> voter.run(config), "voter");
      thread.setDaemon(true);
      thread.start();
      return voter;
    }

    private void run(Path config) {
      try {
        initializeAndRun(new String[] {config.toString()});
      } catch (ConfigException | AdminServerException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
