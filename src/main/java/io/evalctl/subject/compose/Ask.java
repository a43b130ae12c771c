package io.evalctl.subject.compose;

import java.util.List;
import java.util.Map;

/** How something is asked of a node. Immutable; the templates may use {@code {{node}}} and more. */
sealed interface Ask {

  /**
   * An HTTP request to a published port.
   *
   * @param port the name of one of the node's ports
   * @param body null for none
   */
  record Http(
      String port, String method, Template path, Map<String, Template> headers, Template body)
      implements Ask {
    public Http {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * A connection to a published port, which must stay open for a moment: a proxy of the engine
   * takes connections also for a program that does not, and closes them at once.
   */
  record Tcp(String port) implements Ask {}

  /** A program run in the node's container. */
  record Exec(List<Template> command) implements Ask {
    public Exec {
      command = List.copyOf(command);
    }
  }
}
