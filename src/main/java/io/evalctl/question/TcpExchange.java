package io.evalctl.question;

import io.evalctl.clock.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Asks over a TCP connection of its own; blocks. Stateless. */
public final class TcpExchange {
  /** How long a connection must stay open to be a real one. */
  private static final int OPEN_MILLIS = 100;

  private static final int MOST_BYTES = 1 << 20;
  private static final int CHUNK = 8192;
  private static final String END_OF_LINE = "\n\\z";

  private TcpExchange() {}

  /**
   * @param ask its port is not looked at
   * @param send what is sent; null for nothing
   */
  public static Answer with(
      InetSocketAddress address, Ask.Tcp ask, String send, Deadline deadline) {
    boolean connected = false;
    try (Socket socket = new Socket()) {
      socket.connect(address, millisTo(deadline));
      connected = true;
      if (send != null) {
        socket.getOutputStream().write(send.getBytes(StandardCharsets.UTF_8));
      }
      return ask.reads() ? reply(socket, ask.until(), deadline) : stays(socket, deadline);
    } catch (ConnectException e) {
      return new Answer.Refused("connection refused");
    } catch (SocketTimeoutException e) {
      return new Answer.Missing("no answer");
    } catch (IOException e) {
      return new Answer.Missing(connected ? "connection broken" : "no connection");
    }
  }

  private static Answer stays(Socket socket, Deadline deadline) throws IOException {
    socket.setSoTimeout(Math.min(OPEN_MILLIS, millisTo(deadline)));
    try {
      return socket.getInputStream().read() < 0
          ? new Answer.Missing("connection closed at once")
          : Answer.Given.connection("");
    } catch (SocketTimeoutException e) {
      return Answer.Given.connection("");
    }
  }

  private static Answer reply(Socket socket, String until, Deadline deadline) throws IOException {
    Pattern enough = Pattern.compile(until == null ? END_OF_LINE : until);
    ByteArrayOutputStream reply = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[CHUNK];
    while (reply.size() < MOST_BYTES) {
      socket.setSoTimeout(millisTo(deadline));
      int count = in.read(chunk);
      if (count < 0) {
        break;
      }
      reply.write(chunk, 0, count);
      if (enough.matcher(reply.toString(StandardCharsets.UTF_8)).find()) {
        break;
      }
    }
    return reply.size() == 0
        ? new Answer.Missing("connection closed without a reply")
        : Answer.Given.connection(reply.toString(StandardCharsets.UTF_8));
  }

  /**
   * @throws SocketTimeoutException when it is over
   */
  private static int millisTo(Deadline deadline) throws SocketTimeoutException {
    if (deadline.expired()) {
      throw new SocketTimeoutException("over");
    }
    return (int) Math.max(1, deadline.remaining().toMillis());
  }
}
