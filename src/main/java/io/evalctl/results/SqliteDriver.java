package io.evalctl.results;

import org.sqlite.SQLiteJDBCLoader;

/**
 * Has SQLite's driver load its library. When it does so first it starts programs that tell what
 * machine this is, and an interrupt of the thread that waits for them is lost: a signal that came
 * then would be forgotten. Thread-safe.
 */
final class SqliteDriver {
  private static boolean loaded;

  private SqliteDriver() {}

  /** Once is enough. The calling thread waits for it, and is interrupted still afterwards. */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    loaded = true;
    Thread loading = new Thread(SqliteDriver::initialize, "sqlite-driver");
    loading.setDaemon(true);
    loading.start();
    boolean interrupted = false;
    while (loading.isAlive()) {
      try {
        loading.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void initialize() {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) {
      // the first connection tells of it
    }
  }
}
