package io.evalctl.subject.compose;

import java.nio.file.Path;

/** Where a Compose file comes from. */
public sealed interface ComposeSource {
  /** A file of the user's; what it refers to lies beside it. */
  record UserFile(Path path) implements ComposeSource {}

  /** One that is shipped with evalctl and refers to no other file. */
  record Shipped(String text) implements ComposeSource {}
}
