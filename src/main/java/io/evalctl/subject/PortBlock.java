package io.evalctl.subject;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Loopback ports that are this subject's until it is closed, also while no node listens on them.
 *
 * <p>Ports are taken in blocks of {@value #SIZE}. Who listens on a block's first port has the
 * block; that is how several evalctl side by side keep out of each other's way, with nothing left
 * of a claim when the process is gone.
 *
 * <p>All blocks lie below the range from which the kernel takes the local ports of outgoing
 * connections (ip(7), ip_local_port_range). A port inside it would be free only until some
 * connection happens to get it, and a node that is down for a while could not have its port back.
 */
public final class PortBlock implements AutoCloseable {
  /** One for the claim, and three for each of five nodes. */
  private static final int SIZE = 16;

  private static final int LOWEST = 20_000;
  private static final int USUAL_END = 32_768;

  private final ServerSocket claim;

  private PortBlock(ServerSocket claim) {
    this.claim = claim;
  }

  /**
   * Takes a block in which nobody listens.
   *
   * @throws EvalctlException PORT_TAKEN when there is none
   */
  public static PortBlock claim() {
    int end = Math.max(ephemeralStart(), LOWEST + 1_000);
    int blocks = (end - LOWEST) / SIZE;
    // Where to begin does not matter; to begin in different places saves looking.
    int start = (int) (ProcessHandle.current().pid() % blocks);
    for (int i = 0; i < blocks; i++) {
      ServerSocket claim = listen(LOWEST + (start + i) % blocks * SIZE);
      if (claim != null) {
        PortBlock block = new PortBlock(claim);
        if (block.ports().stream().allMatch(PortBlock::free)) {
          return block;
        }
        block.close();
      }
    }
    throw new EvalctlException(
        ErrorCode.PORT_TAKEN,
        "no %d free ports in a row from %d to %d on 127.0.0.1".formatted(SIZE, LOWEST, end - 1),
        "end what listens there");
  }

  /** The ports to use, in ascending order. */
  public List<Integer> ports() {
    int first = claim.getLocalPort();
    return IntStream.range(first + 1, first + SIZE).boxed().toList();
  }

  /** Whether a server could listen on it now. */
  public static boolean free(int port) {
    try (ServerSocket socket = listen(port)) {
      return socket != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Null when it cannot be had. */
  private static ServerSocket listen(int port) {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return socket;
    } catch (IOException e) {
      closeQuietly(socket);
      return null;
    }
  }

  private static void closeQuietly(ServerSocket socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // nothing is lost with it
    }
  }

  private static int ephemeralStart() {
    try {
      String range =
          Files.readString(
              Path.of("/proc/sys/net/ipv4/ip_local_port_range"), StandardCharsets.US_ASCII);
      return Integer.parseInt(range.strip().split("\\s+")[0]);
    } catch (IOException | NumberFormatException e) {
      return USUAL_END;
    }
  }

  /** Lets others have it. */
  @Override
  public void close() {
    closeQuietly(claim);
  }
}
