package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.subject.zookeeper.link.LinkFabric;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ServerConfigurationTest {
  private static final LinkFabric LINKS =
      new LinkFabric() {
        @Override
        public int port(String from, String to, int targetPort) {
          return 40_000 + 1_000 * NodeHome.id(from) + targetPort;
        }

        @Override
        public void close() {
          // holds nothing
        }
      };

  private final EnsembleHome home = EnsembleHome.of(Path.of("/home/of it"), 3);

  private ServerConfiguration configurationOf(String node) {
    Map<String, NodePorts> ports = new LinkedHashMap<>();
    ports.put("zk1", new NodePorts(11, 12, 13));
    ports.put("zk2", new NodePorts(21, 22, 23));
    ports.put("zk3", new NodePorts(31, 32, 33));
    return new ServerConfiguration(home.node(node), ports, LINKS);
  }

  private static Properties parse(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  @Test
  void namesPeersByTheirLinksAndItselfByItsOwnPorts() {
    Properties properties = parse(configurationOf("zk2").properties());

    assertThat(properties)
        .containsEntry("server.1", "127.0.0.1:42012:42013")
        .containsEntry("server.2", "zk2:22:23")
        .containsEntry("server.3", "127.0.0.1:42032:42033")
        .containsEntry("clientPort", "21")
        .containsEntry("clientPortAddress", "127.0.0.1")
        .containsEntry("dataDir", "/home/of it/nodes/zk2/data");
  }

  @Test
  void resolvesItsOwnNameOnly() {
    assertThat(configurationOf("zk2").hosts())
        .isEqualTo("127.0.0.1 localhost zk2\n0.0.0.0 zk1 zk3\n");
  }

  @Test
  void offersThreeFourLetterWordsAndNoOtherManagement() {
    assertThat(parse(configurationOf("zk1").properties()))
        .containsEntry("4lw.commands.whitelist", "srvr,mntr,ruok")
        .containsEntry("admin.enableServer", "false")
        .containsEntry("reconfigEnabled", "false");
  }
}
