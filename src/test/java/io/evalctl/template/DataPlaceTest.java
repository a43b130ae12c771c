package io.evalctl.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DataPlaceTest {
  private static final long GIB = 1L << 30;

  @Test
  void fourGibibytesAndHalfOfThemFreeArePlenty() {
    assertThat(new DataPlace.Room(8 * GIB, 4 * GIB, 4 * GIB).plenty()).isTrue();
    assertThat(new DataPlace.Room(4 * GIB, 4 * GIB, 64 * GIB).plenty()).isTrue();
  }

  @Test
  void lessIsNot() {
    assertThat(new DataPlace.Room(4 * GIB, 4 * GIB - 1, 64 * GIB).plenty()).isFalse();
    assertThat(new DataPlace.Room(64 * GIB, 32 * GIB - 1, 64 * GIB).plenty()).isFalse();
  }

  @Test
  void aLargeFileSystemIsNoneWithoutTheMemoryBehindIt() {
    assertThat(new DataPlace.Room(64 * GIB, 64 * GIB, 4 * GIB - 1).plenty()).isFalse();
  }

  @Test
  void onlyALackOfRoomIsAnsweredWithTheSetting() {
    assertThat(DataPlace.hint("could not extend file \"x\": No space left on device", "look there"))
        .contains("--pg-dir", "EVALCTL_PG_DIR");
    assertThat(DataPlace.hint("permission denied", "look there")).isEqualTo("look there");
  }
}
