package io.evalctl.subject.zookeeper.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The data of one connection in one direction: read from its source, held as long as its lane says,
 * written to its sink. What it holds is bounded; beyond that it stops reading, and TCP slows the
 * sender down. Confined to the loop's thread.
 */
final class Flow {
  /** What a piece does when it arrives. */
  private enum Kind {
    DATA,
    /** The source will send no more. */
    END,
    /** The source is gone. */
    RESET
  }

  private record Piece(Kind kind, ByteBuffer bytes, long dueNanos) {}

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ProxiedConnection connection;
  private final ProxyLoop loop;
  private final Lane lane;
  private final Endpoint source;
  private final Endpoint sink;
  private final Deque<Piece> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long lastDue;
  private boolean sourceEnded;
  private boolean sinkBlocked;
  private boolean finished;
  private boolean timerSet;
  private long timerAt;

  Flow(ProxiedConnection connection, ProxyLoop loop, Lane lane, Endpoint source, Endpoint sink) {
    this.connection = connection;
    this.loop = loop;
    this.lane = lane;
    this.source = source;
    this.sink = sink;
    this.lastDue = loop.now();
  }

  /** Whether everything has arrived that ever will. */
  boolean finished() {
    return finished;
  }

  boolean wantsRead(long now) {
    if (sourceEnded || finished || queuedBytes >= lane.queueBytes()) {
      return false;
    }
    // A waiting connection is read although its link is cut: to learn whether its opener gave up.
    return connection.waits(source) || (connection.established() && !lane.cut() && !busy(now));
  }

  boolean wantsWrite() {
    return sinkBlocked && !lane.cut();
  }

  /** The source can be read. */
  void read(ByteBuffer buffer) throws IOException {
    long now = loop.now();
    if (!wantsRead(now)) {
      return;
    }
    buffer.clear().limit(lane.pieceBytes());
    int count = source.channel().read(buffer);
    if (count < 0 && connection.waits(source)) {
      connection.close();
    } else if (count < 0) {
      end(Kind.END, now);
    } else if (count > 0) {
      ByteBuffer bytes = ByteBuffer.allocate(count).put(buffer.flip()).flip();
      add(new Piece(Kind.DATA, bytes, due(count, now)));
    }
    advance(now);
  }

  /** The source failed: its peer learns of it after the data that is still under way. */
  void sourceFailed() {
    long now = loop.now();
    end(Kind.RESET, now);
    advance(now);
  }

  /** The sink failed: nothing can arrive any more, so nothing more is taken in. */
  void sinkFailed() {
    queue.clear();
    sourceEnded = true;
    sinkBlocked = false;
    finished = true;
  }

  void conditionsChanged(long now) {
    long latest = lane.latest(now);
    List<Piece> pieces = new ArrayList<>(queue);
    queue.clear();
    for (Piece piece : pieces) {
      long due = piece.dueNanos() - latest > 0 ? latest : piece.dueNanos();
      queue.add(new Piece(piece.kind(), piece.bytes(), due));
      lastDue = due;
    }
    if (pieces.isEmpty()) {
      lastDue = now;
    }
    connection.conditionsChanged();
    advance(now);
  }

  /** Delivers what is due, and sees to it that it is called again when the next piece is. */
  void advance(long now) {
    if (!finished && connection.established() && !lane.cut()) {
      try {
        deliver(now);
      } catch (IOException e) {
        connection.failed(sink);
        return;
      }
      Piece next = queue.peek();
      if (next != null && !sinkBlocked) {
        wakeAt(next.dueNanos());
      }
      if (busy(now)) {
        wakeAt(now + lane.busyNanos(now));
      }
    }
    connection.updateInterest(now);
  }

  private void deliver(long now) throws IOException {
    sinkBlocked = false;
    for (Piece piece = queue.peek();
        piece != null && piece.dueNanos() - now <= 0 && !finished;
        piece = queue.peek()) {
      switch (piece.kind()) {
        case DATA -> {
          queuedBytes -= sink.channel().write(piece.bytes());
          if (piece.bytes().hasRemaining()) {
            sinkBlocked = true;
            return;
          }
        }
        case END -> {
          finished = true;
          sink.channel().shutdownOutput();
          connection.flowFinished();
        }
        case RESET -> {
          finished = true;
          connection.reset();
        }
      }
      queue.remove();
    }
  }

  private void end(Kind kind, long now) {
    sourceEnded = true;
    finished = false;
    queue.removeIf(piece -> piece.kind() == Kind.END);
    add(new Piece(kind, NOTHING, due(0, now)));
  }

  private void add(Piece piece) {
    queue.add(piece);
    queuedBytes += piece.bytes().remaining();
  }

  private long due(int bytes, long now) {
    long due = lane.admit(bytes, now);
    if (due - lastDue > 0) {
      lastDue = due;
    }
    return lastDue;
  }

  private boolean busy(long now) {
    return lane.busyNanos(now) > 0;
  }

  private void wakeAt(long time) {
    if (!timerSet || timerAt - time > 0) {
      timerSet = true;
      timerAt = time;
      loop.at(
          time,
          () -> {
            // An earlier time may have been asked for since: then this call is not wanted.
            if (timerSet && timerAt == time) {
              timerSet = false;
              advance(loop.now());
            }
          });
    }
  }
}
