package io.evalctl.template;

import java.nio.file.Path;
import java.util.Optional;

/** Tells what the embedded PostgreSQL is, without starting it. Stateless. */
public final class EmbeddedPostgres {
  private EmbeddedPostgres() {}

  /**
   * Its version, what is prepared in the cache, and where it would keep its data now; empty when
   * there is none for this platform.
   *
   * @param cache evalctl's cache directory
   */
  public static Optional<String> offer(Path cache) {
    if (!PostgresBinaries.offered()) {
      return Optional.empty();
    }
    return Optional.of(
        PostgresBinaries.version()
            + (PostgresBinaries.unpacked(cache.resolve("postgres"))
                ? ", unpacked"
                : ", not unpacked yet")
            + DataPlace.inMemory().map(place -> ", data in memory, " + place).orElse(""));
  }
}
