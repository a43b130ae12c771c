package io.evalctl.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Reads all that a process prints, on a daemon thread of its own, so that the process never blocks;
 * also when what is read cannot be kept. Thread-safe.
 */
public final class StreamDrain {
  private final Thread thread;

  private StreamDrain(Thread thread) {
    this.thread = thread;
  }

  /**
   * Begins.
   *
   * @param to gets everything, and is closed at the end; once it fails, the rest is dropped
   * @param name of the thread
   */
  public static StreamDrain start(InputStream from, OutputStream to, String name) {
    Thread thread = new Thread(() -> drain(from, to), name);
    thread.setDaemon(true);
    thread.start();
    return new StreamDrain(thread);
  }

  private static void drain(InputStream from, OutputStream to) {
    try (to) {
      from.transferTo(to);
    } catch (IOException e) {
      // what cannot be kept is no reason to let the process block
    }
    try {
      from.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the process is gone
    }
  }

  /** Waits a moment for what is on its way from a process that has ended. */
  public void finish() {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(Duration.ofSeconds(1).toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
