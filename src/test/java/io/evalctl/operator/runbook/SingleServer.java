package io.evalctl.operator.runbook;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import io.evalctl.testing.OwnLoopback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** One real ZooKeeper server with the files and the command that an operator is told of. */
public final class SingleServer implements AutoCloseable {
  private static final TimeSource TIME = TimeSource.system();

  private final Path home;
  private final SubjectDescription.Node node;

  public SingleServer(Path home) throws IOException, InterruptedException {
    this.home = home;
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("nodes").resolve("zk1"));
    this.node = new SubjectDescription.Node("zk1", OwnLoopback.address(), OwnLoopback.PORT);
    writeConfiguration(Integer.toString(node.port()));
    Files.writeString(command(), script());
    Files.setPosixFilePermissions(command(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        home.resolve("subject.json"),
        """
        {"nodes": [{"name": "zk1", "clientAddress": "%s:%d"}],
         "commands": {"start": "%s start {node}", "restart": "%s restart {node}",
                      "status": "%s status {node}"}}
        """
            .formatted(node.host(), node.port(), command(), command(), command()));
    new ProcessBuilder(command().toString(), "start")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    awaitServing();
  }

  void writeConfiguration(String port) throws IOException {
    Files.writeString(
        home.resolve("zoo.cfg"),
        """
        tickTime=200
        dataDir=%s/data
        clientPort=%s
        clientPortAddress=%s
        admin.enableServer=false
        4lw.commands.whitelist=srvr
        """
            .formatted(home, port, node.host()));
  }

  private String script() {
    return """
    #!/bin/sh
    home=%s
    pid=$(cat $home/pid 2>/dev/null || echo 0)
    state() {
      case $(cut -d' ' -f3 /proc/$pid/stat 2>/dev/null) in
        [RSD]) return 0 ;; [Tt]) return 1 ;; *) return 3 ;;
      esac
    }
    stop() {
      kill -KILL $pid
      until state; [ $? = 3 ]; do sleep 0.01; done
    }
    start() {
      rm -f $home/pid
      env -u EVALCTL_RUN_OPERATOR setsid sh -c "echo \\$\\$ > $home/pid; exec '%s' -Xmx48m \\
        -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s $home/zoo.cfg" \\
        </dev/null >>$home/log 2>&1 &
      until [ -s $home/pid ]; do sleep 0.01; done
      pid=$(cat $home/pid)
      state
    }
    case $1 in
      status) state ;;
      start) state || start ;;
      restart) stop; start ;;
    esac
    """
        .formatted(
            home,
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            QuorumPeerMain.class.getName());
  }

  private Path command() {
    return home.resolve("bin").resolve("node");
  }

  public int port() {
    return node.port();
  }

  Path description() {
    return home.resolve("subject.json");
  }

  public boolean serves() {
    return NodeLook.at(node, 300).state() == NodeLook.State.SERVING;
  }

  void awaitServing() {
    Waiter.until(
        "the server",
        Deadline.in(Duration.ofSeconds(30), TIME),
        Duration.ofMillis(20),
        this::serves);
  }

  public ProcessIdentity process() {
    return ProcessIdentity.fromPidFile(home.resolve("pid")).orElseThrow();
  }

  @Override
  public void close() {
    ProcessIdentity.fromPidFile(home.resolve("pid"))
        .ifPresent(
            server -> {
              server.signal(Signal.KILL);
              Waiter.until(
                  "the server's end",
                  Deadline.in(Duration.ofSeconds(10), TIME),
                  Duration.ofMillis(10),
                  () -> !server.alive());
            });
  }
}
