package io.evalctl.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesIT {
  private static final Instant NOW = Instant.parse("2026-11-20T20:00:00Z");

  private final String before = System.getProperty("org.sqlite.tmpdir");
  @TempDir Path cache;

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty("org.sqlite.tmpdir");
    } else {
      System.setProperty("org.sqlite.tmpdir", before);
    }
  }

  @Test
  void copiesOfKilledProcessesGoYoungOnesAndStrangersStay() throws IOException {
    Path old = file("sqlite-3-old-libsqlitejdbc.so", Duration.ofMinutes(11));
    Path young = file("sqlite-3-young-libsqlitejdbc.so", Duration.ofMinutes(1));
    Path stranger = file("notes.txt", Duration.ofDays(1));

    NativeLibraries.unpackInto(cache, NOW);

    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(stranger).exists();
    assertThat(System.getProperty("org.sqlite.tmpdir"))
        .isEqualTo(cache.resolve("native").toString());
  }

  private Path file(String name, Duration age) throws IOException {
    Path file = Files.createDirectories(cache.resolve("native")).resolve(name);
    Files.writeString(file, "x");
    Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
    return file;
  }
}
