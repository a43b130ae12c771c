package io.evalctl.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel tells of a process, as files. */
class ProcessIdentityIT {
  private static final ProcessIdentity PROCESS = new ProcessIdentity(17, 123456);

  @TempDir private Path directory;

  @Test
  void aProcessThatCannotBeLookedAtIsNotDead() {
    assertThat(PROCESS.alive(directory)).isTrue();
    assertThat(PROCESS.alive(directory.resolve("gone"))).isFalse();
  }

  @Test
  void isTheOneThatBeganThen() throws IOException {
    assertThat(PROCESS.alive(stat('S', 123456))).isTrue();
    assertThat(PROCESS.alive(stat('S', 123457))).as("another of that number").isFalse();
    assertThat(PROCESS.alive(stat('Z', 123456))).as("a zombie").isFalse();
  }

  private Path stat(char state, long start) throws IOException {
    Files.writeString(
        directory.resolve("stat"),
        "17 (x) %s 1 17 17 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0".formatted(state, start));
    return directory;
  }
}
